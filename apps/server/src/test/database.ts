import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Database } from '../infra/prisma/database.js';
import { IN_MEMORY, openPGlite } from '../infra/prisma/pglite.js';
import { clusterNodes } from './cluster.js';
import { testEnvironment } from './environment.js';

export type TestDatabaseKind = 'pglite' | 'postgres';

/** Kinds to run suites on: `describe.each(databaseKinds)`. Both, always; a cluster has the one it can share. */
export const databaseKinds: readonly TestDatabaseKind[] = clusterNodes > 0 ? ['postgres'] : ['pglite', 'postgres'];

export interface TestDatabase extends Database, AsyncDisposable {
  /** Of a PostgreSQL database. */
  readonly url?: string;
}

/**
 * A fresh migrated database, made from the template of the run (see global-setup.ts, without which this throws). Closing
 * it removes it. PGlite is in memory here: on disk each new one would take seconds to copy.
 */
export async function openTestDatabase(kind: TestDatabaseKind): Promise<TestDatabase> {
  // Imported late: global-setup.ts uses this file before the Prisma client is generated.
  const { fromPGlite, openDatabase } = await import('../infra/prisma/database.js');
  if (kind === 'pglite') {
    const database = fromPGlite(await openTestPGlite());
    return { ...database, [Symbol.asyncDispose]: database.close };
  }
  const { url, remove } = await createPostgresDatabase();
  const database = await openDatabase({ databaseUrl: url, dataDir: '' }).catch(async (error) => {
    await remove();
    throw error;
  });
  const close = async () => {
    await database.close();
    await remove();
  };
  return { ...database, url, close, [Symbol.asyncDispose]: close };
}

/** A migrated PGlite in memory, without Prisma. */
export async function openTestPGlite(): Promise<PGlite> {
  return openPGlite(IN_MEMORY, new Blob([await readFile(testEnvironment().pgliteTemplate)]));
}

/** A database of its own on the run's PostgreSQL, migrated unless `empty`, that nobody has opened. */
export async function createPostgresDatabase({ empty = false } = {}) {
  const { postgresUrl, postgresTemplate } = testEnvironment();
  const name = `dream_studio_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template0' : postgresTemplate}`);
  const url = databaseUrl(postgresUrl, name);
  const remove = () => onServer(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return { url, remove };
}

/** `serverUrl` with another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement on its own connection. */
export async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
