import { type ComposeOptions, compose } from '../../../apps/server/src/compose.js';
import type { Emission } from '../../../apps/server/src/core/ports.js';
import { readEnv } from '../../../apps/server/src/env.js';
import { createLogger } from '../../../apps/server/src/infra/logger.js';
import { openDatabase } from '../../../apps/server/src/infra/prisma/database.js';
import type { FailPoints } from './fail-points.js';

// main.ts of the server, with fail points.

const { killAtPublish, loseAtPublish, loseOnBus, unordered, beatMs } = JSON.parse(
  process.env.FAIL_POINTS ?? '{}',
) as FailPoints;

const env = readEnv();
const log = createLogger(env.logLevel);
const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });

/** Counts messages on their way; tells whether the n-th is among those that come now. */
function createCounter() {
  let count = 0;
  return (emissions: readonly Emission[]) => {
    const first = count + 1;
    count += emissions.filter(({ event }) => event === 'message:new').length;
    return (nth = 0) => nth >= first && nth <= count;
  };
}

const [published, sent] = [createCounter(), createCounter()];
const options: ComposeOptions = {
  beforePublish(emissions) {
    const isAmong = published(emissions);
    if (isAmong(killAtPublish)) process.kill(process.pid, 'SIGKILL');
    return !isAmong(loseAtPublish);
  },
  beforeSend(message) {
    const { emissions = [] } = message as { emissions?: readonly Emission[] };
    return !sent(emissions)(loseOnBus);
  },
  ...(unordered && {
    replaceOrder: (order, local) => ({
      catchUp: (roomId, seq) => order.catchUp(roomId, seq),
      publish: async (_roomId, emissions) => local.publish(emissions),
      stopWaiting() {},
    }),
  }),
  ...(beatMs !== undefined && { beatMs }),
};

const app = compose(env, database, log, options);
process.once('SIGTERM', async () => {
  await app.drain();
  await app.close();
  await database.close();
  process.exit(0);
});
await app.listen(env.port);
log.info({}, 'listening');
