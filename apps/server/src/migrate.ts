import { StartupError } from './core/startup-error.js';
import { readEnv } from './env.js';
import { openDatabase } from './infra/prisma/database.js';

// `pnpm db:migrate`: what the server does at its start, for those who want it done before.
try {
  const { databaseUrl, dataDir } = readEnv();
  let applied = 0;
  const database = await openDatabase({
    databaseUrl,
    dataDir,
    onMigration: (name) => {
      applied++;
      console.log(`Applied ${name}`);
    },
    onWarning: console.warn,
  });
  await database.close();
  if (applied === 0) console.log('The database is up to date');
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
