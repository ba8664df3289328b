import { compose } from '../../../apps/server/src/compose.js';
import type { Emission } from '../../../apps/server/src/core/ports.js';
import { readEnv } from '../../../apps/server/src/env.js';
import { createLogger } from '../../../apps/server/src/infra/logger.js';
import { openDatabase } from '../../../apps/server/src/infra/prisma/database.js';
import type { FailPoints } from './fail-points.js';

// main.ts of the server, with fail points.

const { killAtPublish, loseAtPublish, beatMs } = JSON.parse(process.env.FAIL_POINTS ?? '{}') as FailPoints;

const env = readEnv();
const log = createLogger(env.logLevel);
const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });

let published = 0;
const beforePublish = (emissions: readonly Emission[]): boolean => {
  const first = published + 1;
  published += emissions.filter(({ event }) => event === 'message:new').length;
  const isAmong = (nth = 0) => nth >= first && nth <= published;
  if (isAmong(killAtPublish)) process.kill(process.pid, 'SIGKILL');
  return !isAmong(loseAtPublish);
};

const app = compose(env, database, log, { beforePublish, ...(beatMs !== undefined && { beatMs }) });
process.once('SIGTERM', async () => {
  await app.drain();
  await app.close();
  await database.close();
  process.exit(0);
});
await app.listen(env.port);
log.info({}, 'listening');
