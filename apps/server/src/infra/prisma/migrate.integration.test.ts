import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createPostgresDatabase, databaseKinds, openTestPGlite, type TestDatabaseKind } from '../../test/database.js';
import { tempDir } from '../../test/temp-dir.js';
import { applyMigrations, type MigrationExecutor } from './migrate.js';
import { migratePostgres } from './migrate-database.js';
import { parsePostgresUrl } from './postgres.js';

/** A database without tables. */
async function emptyDatabase(kind: TestDatabaseKind): Promise<MigrationExecutor & AsyncDisposable> {
  if (kind === 'pglite') {
    const client = await openTestPGlite();
    // Empty enough, and a new PGlite without the template would take seconds.
    await client.exec('CREATE SCHEMA empty; SET search_path = empty');
    const dispose = () => client.close();
    return { run: (sql) => client.exec(sql), query: client.query.bind(client), [Symbol.asyncDispose]: dispose };
  }
  const { url, remove } = await createPostgresDatabase({ empty: true });
  const client = new pg.Client(url);
  await client.connect();
  const dispose = () => client.end().then(remove);
  return { run: (sql) => client.query(sql), query: client.query.bind(client), [Symbol.asyncDispose]: dispose };
}

function write(dir: string, migrations: Record<string, string>): void {
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, 'migration.sql'), sql);
  }
}

describe.each(databaseKinds)('applyMigrations on %s', (kind) => {
  it('applies what is pending, in order and once, and records it as Prisma does', async () => {
    using dir = tempDir();
    await using database = await emptyDatabase(kind);
    write(dir.path, { '2_b': 'CREATE TABLE b (a_id int REFERENCES a)', '1_a': 'CREATE TABLE a (id int PRIMARY KEY)' });
    const applied: string[] = [];
    const log = { applied: (name: string) => void applied.push(name) };
    expect(await applyMigrations(database, dir.path, log)).toEqual(['1_a', '2_b']);
    expect(await applyMigrations(database, dir.path, log)).toEqual([]);
    write(dir.path, { '3_c': 'CREATE TABLE c (); CREATE TABLE d ()' });
    expect(await applyMigrations(database, dir.path, log)).toEqual(['3_c']);
    expect(applied).toEqual(['1_a', '2_b', '3_c']);

    const { rows } = await database.query('SELECT * FROM _prisma_migrations ORDER BY migration_name', []);
    expect(rows[0]).toMatchObject({
      // `sha256sum` of the file, which is what `prisma migrate` compares.
      checksum: 'd11e15f345f5789e015641ab00a65a29fea5072f272d17a0ac305cd71b811423',
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      finished_at: expect.any(Date),
    });
  });

  it('keeps nothing of a migration that fails', async () => {
    using dir = tempDir();
    await using database = await emptyDatabase(kind);
    write(dir.path, { '1_a': 'CREATE TABLE a ()', '2_b': 'CREATE TABLE b (); SELECT 1/0' });
    const failure = applyMigrations(database, dir.path);
    await expect(failure).rejects.toThrow('Migration 2_b failed, nothing of it was kept: division by zero');
    write(dir.path, { '2_b': 'CREATE TABLE b ()' });
    expect(await applyMigrations(database, dir.path)).toEqual(['2_b']);
  });

  it('refuses a migration that was changed after it was applied, but not for its line ends', async () => {
    using dir = tempDir();
    await using database = await emptyDatabase(kind);
    write(dir.path, { '1_a': 'CREATE TABLE a (\n)' });
    await applyMigrations(database, dir.path);
    write(dir.path, { '1_a': 'CREATE TABLE a (\r\n)' });
    expect(await applyMigrations(database, dir.path)).toEqual([]);
    write(dir.path, { '1_a': 'CREATE TABLE a (id int)' });
    await expect(applyMigrations(database, dir.path)).rejects.toThrow('Migration 1_a was changed after it was applied');
  });

  it('refuses a database with a failed migration on record, until that is marked as rolled back', async () => {
    using dir = tempDir();
    await using database = await emptyDatabase(kind);
    write(dir.path, { '1_a': 'CREATE TABLE a ()' });
    await applyMigrations(database, dir.path);
    await database.run(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'x', '2_b')`);
    await expect(applyMigrations(database, dir.path)).rejects.toThrow('Migration 2_b failed earlier');
    await database.run(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'x'`);
    write(dir.path, { '2_b': 'CREATE TABLE b ()' });
    expect(await applyMigrations(database, dir.path)).toEqual(['2_b']);
  });

  it('only warns of migrations it does not know', async () => {
    using dir = tempDir();
    using older = tempDir();
    await using database = await emptyDatabase(kind);
    write(older.path, { '1_a': 'CREATE TABLE a ()' });
    write(dir.path, { '1_a': 'CREATE TABLE a ()', '2_b': 'CREATE TABLE b ()' });
    await applyMigrations(database, dir.path);
    const warnings: string[] = [];
    await applyMigrations(database, older.path, { warn: (message) => void warnings.push(message) });
    expect(warnings).toEqual(['The database has migrations of a newer version: 2_b']);
  });
});

it('applies each migration once when several servers start at once', async () => {
  const { url, remove } = await createPostgresDatabase({ empty: true });
  try {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migratePostgres(parsePostgresUrl(url))));
    expect(applied.flat()).toHaveLength(new Set(applied.flat()).size);
    expect(applied.flat().length).toBeGreaterThan(0);
  } finally {
    await remove();
  }
});
