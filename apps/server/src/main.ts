import { TIMES } from '@dream-studio/contracts';
import { compose } from './compose.js';
import { StartupError } from './core/startup-error.js';
import { type Env, readEnv } from './env.js';
import { createLogger } from './infra/logger.js';
import { type Database, openDatabase } from './infra/prisma/database.js';

async function main(): Promise<void> {
  const env = readEnv();
  const log = createLogger(env.logLevel);
  const database = await openDatabase({
    databaseUrl: env.databaseUrl,
    dataDir: env.dataDir,
    onMigration: (migration) => log.info({ migration }, 'migration applied'),
    onWarning: (warning) => log.warn({}, warning),
  });
  const app = compose(env, database, log);

  let isEnding = false;
  const stop = async (signal: string) => {
    // A second signal, or a call that does not end, must not keep the process.
    if (isEnding) process.exit(1);
    isEnding = true;
    setTimeout(() => process.exit(1), TIMES.drainMs).unref();
    log.info({ signal }, 'draining');
    await app.drain();
    await app.close();
    await database.close();
    log.info({}, 'stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  await listen(app, env, database);
  log.info({ port: env.port, database: database.kind }, 'listening');
}

async function listen(app: ReturnType<typeof compose>, env: Env, database: Database): Promise<void> {
  try {
    await app.listen(env.port);
  } catch (error) {
    await database.close();
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is already in use' : `cannot be listened on (${code})`;
    throw new StartupError(`SOCKET_IO_PORT: port ${env.port} ${reason}`);
  }
}

main().catch((error) => {
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
});
