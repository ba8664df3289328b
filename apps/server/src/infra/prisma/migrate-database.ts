import type { PGlite } from '@electric-sql/pglite';
import { applyMigrations, type MigrationLog } from './migrate.js';
import { defaultMigrationsDir } from './migration-files.js';
import { connectForMigrations, type PostgresUrl } from './postgres.js';

/** applyMigrations over an open PGlite. */
export function migratePGlite(client: PGlite, dir = defaultMigrationsDir, log?: MigrationLog): Promise<string[]> {
  return applyMigrations({ run: (sql) => client.exec(sql), query: client.query.bind(client) }, dir, log);
}

/** applyMigrations over a connection of its own, without statement timeouts. */
export async function migratePostgres(
  url: PostgresUrl,
  dir = defaultMigrationsDir,
  log?: MigrationLog,
): Promise<string[]> {
  const client = await connectForMigrations(url);
  try {
    return await applyMigrations({ run: (sql) => client.query(sql), query: client.query.bind(client) }, dir, log);
  } finally {
    await client.end();
  }
}
