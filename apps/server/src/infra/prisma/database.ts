import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import { StartupError } from '../../core/startup-error.js';
import { lockDataDir } from './data-dir-lock.js';
import { type Prisma, PrismaClient } from './generated/client.js';
import type { MigrationLog } from './migrate.js';
import { migratePGlite, migratePostgres } from './migrate-database.js';
import { IN_MEMORY, openPGlite } from './pglite.js';
import { createPGliteAdapter } from './pglite-adapter.js';
import { builtTemplate, unpackTemplate } from './pglite-template.js';
import { createPool, endPool, parsePostgresUrl } from './postgres.js';
import { createStatementNames } from './statement-names.js';

export interface Database {
  /**
   * Raw queries take and give the same values on both adapters (pinned by raw-queries.integration.test.ts):
   * - bigint columns, `count(*)` and bigint[] come back as bigint, int4 as number, numeric (so `sum(bigint)`: cast it to
   *   bigint) as Decimal, timestamptz as Date, json and jsonb parsed, enums and text[] as strings. An array of enums needs
   *   `::text[]`; `void` and `interval` cannot be read (`::text`).
   * - a bigint, a safe integer number, a Date, and arrays of them or of strings go in as they are; cast where PostgreSQL
   *   cannot see the type from the place, or the type would be int4: `${id}::bigint`, `ANY(${ids}::bigint[])`,
   *   `unnest(${texts}::text[], ${types}::message_type[])`, `${JSON.stringify(value)}::jsonb`, `${date}::timestamptz`.
   * - a string with U+0000 is refused (SQLSTATE 22021).
   *
   * Interactive transactions work on both. Inside one use only its own client: see createPGliteAdapter.
   */
  readonly prisma: PrismaClient;
  /**
   * Runs a statement through the driver alone, prepared where the database keeps prepared statements: for the few that run
   * a thousand times a second, which Prisma would take apart and put together each time. Values go in as in raw queries.
   * Only what both drivers read alike comes out: text, int4, float8 (which holds our ids and `seq`), boolean, json.
   */
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  readonly kind: 'pglite' | 'postgres';
  /** One round trip. Rejects when the database does not answer (PostgreSQL: within 5 s). */
  ping(): Promise<void>;
  /** Ends the connections, and gives the data directory back. Running statements fail. */
  close(): Promise<void>;
}

/** SQL with `$1`, `$2` …, and the name that a connection knows it by. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface DatabaseOptions {
  /** PostgreSQL; without it PGlite in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  /** The folder of the embedded database, for one process at a time; `memory://` keeps it in memory (tests). */
  readonly dataDir: string;
  /** Default: `<repo>/prisma/migrations`. */
  readonly migrationsDir?: string;
  /** A tar (gzip) of a new, empty PGlite, to begin with. Default: the build's, if there is one. */
  readonly template?: string;
  /** Called for each migration that was applied. */
  readonly onMigration?: (name: string) => void;
  readonly onWarning?: (message: string) => void;
}

/**
 * Interactive transactions: how long to wait for a connection, and how long all of one may take, in ms. `timeout` is also
 * what ends a transaction on PGlite that waits for itself (see createPGliteAdapter).
 */
const TRANSACTION_LIMITS = { maxWait: 2_000, timeout: 3_000 };

/**
 * Opens the database and brings it up to date. Throws StartupError, one line that names the variable and holds no secret,
 * when it cannot be reached (within 6 s), opened, written or migrated.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined ? openEmbedded(options) : openPostgres(options.databaseUrl, options);
}

async function openPostgres(databaseUrl: string, options: DatabaseOptions): Promise<Database> {
  const url = parsePostgresUrl(databaseUrl);
  await migratePostgres(url, options.migrationsDir, toLog(options));
  const pool = createPool(url);
  const adapter = new PrismaPg(pool, {
    statementNameGenerator: createStatementNames(),
    ...(url.schema && { schema: url.schema }),
  });
  const query = async (statement: Statement, values: readonly unknown[]) =>
    (await pool.query({ ...statement, values: [...values] })).rows;
  return database({ kind: 'postgres', adapter, query, end: () => endPool(pool) });
}

async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const { dataDir, template } = options;
  const unlock = dataDir === IN_MEMORY ? () => {} : await lockDataDir(dataDir);
  let client: PGlite | undefined;
  try {
    client = dataDir === IN_MEMORY ? await openPGlite(IN_MEMORY) : await openInDataDir(dataDir, template);
    await migratePGlite(client, options.migrationsDir, toLog(options));
    return fromPGlite(client, unlock);
  } catch (error) {
    await client?.close();
    unlock();
    if (error instanceof StartupError) throw error;
    throw new StartupError(`DATA_DIR: cannot open the database in ${dataDir} (${(error as Error).message})`);
  }
}

/** Wraps a migrated PGlite; closing the result closes it. */
export function fromPGlite(client: PGlite, onClose = () => {}): Database {
  return database({
    kind: 'pglite',
    adapter: createPGliteAdapter(client),
    query: async ({ text }, values) => (await client.query(text, [...values])).rows,
    async end() {
      await client.close();
      onClose();
    },
  });
}

/** A new database is made beside its place: a process killed meanwhile leaves nothing that looks like one. */
async function openInDataDir(dataDir: string, template = builtTemplate): Promise<PGlite> {
  const place = join(dataDir, 'pglite');
  if (!existsSync(place)) {
    const draft = `${place}.new`;
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(template)) unpackTemplate(template, draft);
    else await (await openPGlite(draft)).close();
    renameSync(draft, place);
  }
  return openPGlite(place);
}

interface Driver {
  kind: Database['kind'];
  adapter: Prisma.PrismaClientOptionsWithAdapter['adapter'];
  query(statement: Statement, values: readonly unknown[]): Promise<unknown[]>;
  end(): Promise<void>;
}

function database({ kind, adapter, query, end }: Driver): Database {
  const prisma = new PrismaClient({ adapter, transactionOptions: TRANSACTION_LIMITS });
  let closing: Promise<void> | undefined;
  return {
    prisma,
    query: query as Database['query'],
    kind,
    ping: async () => void (await prisma.$queryRaw`SELECT 1`),
    close: () => {
      closing ??= prisma.$disconnect().then(end);
      return closing;
    },
  };
}

function toLog({ onMigration, onWarning }: Pick<DatabaseOptions, 'onMigration' | 'onWarning'>): MigrationLog {
  return { ...(onMigration && { applied: onMigration }), ...(onWarning && { warn: onWarning }) };
}
