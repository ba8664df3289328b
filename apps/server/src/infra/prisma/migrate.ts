import { createHash, randomUUID } from 'node:crypto';
import { StartupError } from '../../core/startup-error.js';
import { type MigrationFile, readMigrations } from './migration-files.js';

/** One connection (not a pool: transactions are statements here). */
export interface MigrationExecutor {
  /** Runs any number of statements, without parameters. */
  run(sql: string): Promise<unknown>;
  query(sql: string, params: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface MigrationLog {
  /** Called after the migration was committed. */
  applied?(name: string): void;
  warn?(message: string): void;
}

interface Recorded {
  migration_name: string;
  checksum: string;
  finished: boolean;
}

/** Prisma's own key, so that a server at its start and `prisma migrate deploy` exclude each other too. */
const LOCK_KEY = 72_707_369;
/** How long to wait for another server that is migrating. */
const LOCK_WAIT_SECONDS = 60;

const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies what is pending in `migrationsDir`, in order, each in a transaction of its own: all of a migration and its record,
 * or nothing. Of several servers that start at once one applies and the others wait. Bookkeeping is Prisma's, so
 * `prisma migrate deploy` before or after agrees. Migrations the database has and `migrationsDir` has not are only warned
 * of: this is then the older server of a rolling deploy.
 *
 * Returns the names applied. Throws StartupError when an applied migration's file was changed since, a failed one is on
 * record, a migration fails, or another server is still migrating after a minute.
 */
export async function applyMigrations(
  executor: MigrationExecutor,
  migrationsDir: string,
  log: MigrationLog = {},
): Promise<string[]> {
  const files = readMigrations(migrationsDir);
  const applied: string[] = [];
  for (;;) {
    const next = await inLockedTransaction(executor, async () => {
      const recorded = await readRecorded(executor);
      if (applied.length === 0) warnOfUnknown(files, recorded, log);
      const pending = nextPending(files, recorded);
      if (pending) await apply(executor, pending);
      return pending;
    });
    if (!next) return applied;
    applied.push(next.name);
    log.applied?.(next.name);
  }
}

/** A lock that belongs to a transaction also works behind a transaction-pooling proxy, and cannot be left behind. */
async function inLockedTransaction<T>(executor: MigrationExecutor, work: () => Promise<T>): Promise<T> {
  await executor.run('BEGIN');
  try {
    await executor
      .run(`SET LOCAL lock_timeout = '${LOCK_WAIT_SECONDS}s'; SELECT pg_advisory_xact_lock(${LOCK_KEY})`)
      .catch((error) => {
        if (error.code !== '55P03') throw error;
        throw new StartupError(
          `Another server has been migrating the database for ${LOCK_WAIT_SECONDS} s: try again later`,
        );
      });
    const result = await work();
    await executor.run('COMMIT');
    return result;
  } catch (error) {
    // The first error is the one to tell; a dead connection has nothing to roll back.
    await executor.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function readRecorded(executor: MigrationExecutor): Promise<Map<string, Recorded>> {
  // Not just IF NOT EXISTS: that would print a notice at every start, and need the right to create at every start.
  const { rows } = await executor.query(`SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS present`, []);
  if (!(rows[0] as { present: boolean }).present) await executor.run(TABLE);
  const recorded = await executor.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM "_prisma_migrations"
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
    [],
  );
  return new Map((recorded.rows as Recorded[]).map((row) => [row.migration_name, row]));
}

function nextPending(files: MigrationFile[], recorded: Map<string, Recorded>): MigrationFile | undefined {
  for (const [name, { finished }] of recorded) {
    if (!finished) {
      throw new StartupError(
        `Migration ${name} failed earlier: repair the database, then \`prisma migrate resolve\` it`,
      );
    }
  }
  for (const file of files) {
    const checksum = recorded.get(file.name)?.checksum;
    if (checksum !== undefined && !matches(file, checksum)) {
      throw new StartupError(`Migration ${file.name} was changed after it was applied: restore its migration.sql`);
    }
  }
  return files.find((file) => !recorded.has(file.name));
}

/** Like Prisma: a checkout with other line ends is the same migration. */
function matches(file: MigrationFile, checksum: string): boolean {
  const unix = file.sql.replaceAll('\r\n', '\n');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return [file.checksum, sha256(unix), sha256(unix.replaceAll('\n', '\r\n'))].includes(checksum);
}

async function apply(executor: MigrationExecutor, { name, sql, checksum }: MigrationFile): Promise<void> {
  try {
    await executor.run(sql);
  } catch (error) {
    throw new StartupError(`Migration ${name} failed, nothing of it was kept: ${(error as Error).message}`);
  }
  await executor.query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );
}

function warnOfUnknown(files: MigrationFile[], recorded: Map<string, Recorded>, log: MigrationLog): void {
  const known = new Set(files.map((file) => file.name));
  const unknown = [...recorded.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) log.warn?.(`The database has migrations of a newer version: ${unknown.join(', ')}`);
}
