import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { generateClient } from '../../../../scripts/db-generate.js';
import { startPostgres } from '../../../../scripts/lib/postgres.js';
import { migratePGlite, migratePostgres } from '../infra/prisma/migrate-database.js';
import { defaultMigrationsDir, readMigrations } from '../infra/prisma/migration-files.js';
import { IN_MEMORY, openPGlite } from '../infra/prisma/pglite.js';
import { parsePostgresUrl } from '../infra/prisma/postgres.js';
import { databaseUrl, onServer } from './database.js';
import { provideTestEnvironment } from './environment.js';

const cacheDir = join(import.meta.dirname, '../../../../node_modules/.cache/dream-studio');

/**
 * vitest's globalSetup: the PostgreSQL of the run (TEST_DATABASE_URL, DATABASE_URL, or one of our own that is gone after
 * the run, also when it is killed) and migrated templates of both kinds to copy databases from.
 */
export default async function setup(): Promise<() => Promise<void>> {
  generateClient();
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const server = given ? undefined : await startPostgres();
  const postgresUrl = given ?? server?.url ?? '';
  const postgresTemplate = `dream_studio_template_${randomUUID().replaceAll('-', '')}`;
  const teardown = async () => {
    if (server) await server.stop();
    else await onServer(postgresUrl, `DROP DATABASE IF EXISTS ${postgresTemplate} WITH (FORCE)`);
  };
  try {
    await onServer(postgresUrl, `CREATE DATABASE ${postgresTemplate} TEMPLATE template0`);
    await migratePostgres(parsePostgresUrl(databaseUrl(postgresUrl, postgresTemplate)));
    provideTestEnvironment({ postgresUrl, postgresTemplate, pgliteTemplate: await buildPGliteTemplate() });
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

/** Kept between runs, one per set of migrations and version of PGlite: to make it takes 8 s, to start from it one. */
async function buildPGliteTemplate(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const hash = createHash('sha256').update(readFileSync(join(dirname(entry), '../package.json')));
  for (const migration of readMigrations(defaultMigrationsDir))
    hash.update(`${migration.name} ${migration.checksum}\n`);
  const place = join(cacheDir, `pglite-${hash.digest('hex').slice(0, 16)}.tar`);
  if (existsSync(place)) return place;

  const client = await openPGlite(IN_MEMORY);
  await migratePGlite(client);
  const tar = await client.dumpDataDir('none');
  await client.close();
  mkdirSync(cacheDir, { recursive: true });
  // Other runs only ever see a whole file.
  writeFileSync(`${place}.${process.pid}`, Buffer.from(await tar.arrayBuffer()));
  renameSync(`${place}.${process.pid}`, place);
  return place;
}
