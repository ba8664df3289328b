import { compose } from '../compose.js';
import { readEnv } from '../env.js';
import { createLogger } from '../infra/logger.js';
import { openDatabase } from '../infra/prisma/database.js';

// main.ts of the server, with what tests change about its parts: COMPOSE_OPTIONS, as JSON.

const env = readEnv();
const log = createLogger(env.logLevel);
const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });
const app = compose(env, database, log, JSON.parse(process.env.COMPOSE_OPTIONS ?? '{}'));
process.once('SIGTERM', async () => {
  await app.close();
  await database.close();
  process.exit(0);
});
await app.listen(env.port);
process.send?.('listening');
