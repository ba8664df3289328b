import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StartupError } from '../../core/startup-error.js';
import { PLANNER } from './planner.js';

/** Patience at start, for a connection and for its first answer. */
const START_TIMEOUT_MS = 5_000;
/** A statement ends on the server after this, and the client gives up waiting a little later (the server may hang). */
const STATEMENT_TIMEOUT_MS = 2_500;
const QUERY_TIMEOUT_MS = 2_700;
/** Longer than any transaction may take: see TRANSACTION_LIMITS. */
const IDLE_TRANSACTION_MS = 5_000;
/** Waiting for a free or new connection. With a statement's time this stays under the 5 s in which a call must be answered. */
const CONNECTION_TIMEOUT_MS = 2_000;
const POOL_SIZE = 10;

export interface PostgresUrl {
  readonly connectionString: string;
  readonly schema: string | undefined;
  readonly poolSize: number;
  /** For messages: no user, no password. */
  readonly address: string;
}

/** Reads a `DATABASE_URL` with Prisma's own parameters `schema` and `connection_limit`. Throws StartupError. */
export function parsePostgresUrl(text: string): PostgresUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new StartupError('DATABASE_URL: needs a PostgreSQL URL: postgresql://user:password@host:port/database');
  }
  const params = url.searchParams;
  const schema = params.get('schema') ?? undefined;
  const limit = Number(params.get('connection_limit') ?? POOL_SIZE);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new StartupError('DATABASE_URL: connection_limit needs a number from 1 up');
  // Both driver adapters take the time zone of what they read for UTC, whatever the server's default is.
  const planner = PLANNER.map(([name, value]) => `-c ${name}=${value}`);
  const options = [params.get('options'), '-c TimeZone=UTC', ...planner, schema && `-c search_path=${schema}`];
  params.set('options', options.filter(Boolean).join(' '));
  params.delete('schema');
  params.delete('connection_limit');
  const host = url.hostname || params.get('host') || 'localhost';
  return { connectionString: url.href, schema, poolSize: limit, address: `${host}:${url.port || 5432}` };
}

/**
 * A client that gave up waiting for an answer is of no more use: the answer may still come, before that of the next
 * statement. Ended at once, the ROLLBACK that follows fails at once too, and the pool lets the connection go.
 */
class PooledClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: one pass-through for the overloads of `query`.
  override query(...args: any[]): any {
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const result = (super.query as any)(...args);
    // Calls with a callback come from `pool.query`, which drops the client on any error.
    result?.catch?.((error: Error) => {
      if (error.message === 'Query read timeout') void this.end();
    });
    return result;
  }
}

/** A pool whose every wait is bounded, and whose lost connections never throw. It connects when it is first used. */
export function createPool({ connectionString, poolSize }: PostgresUrl): pg.Pool {
  const pool = new pg.Pool({
    Client: PooledClient,
    connectionString,
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // A process that froze in the middle of a transaction must not keep its rooms locked.
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

/** Ends `pool`, or gives it up after 3 s: a hung server never says goodbye. */
export async function endPool(pool: pg.Pool): Promise<void> {
  await Promise.race([pool.end(), delay(3_000, undefined, { ref: false })]);
}

/** A single connection without statement timeouts, for migrations. Throws StartupError within 5 s when there is none. */
export async function connectForMigrations(url: PostgresUrl): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url.connectionString, connectionTimeoutMillis: START_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new StartupError(`DATABASE_URL: ${describe(error, url)}`);
  }
}

function describe(error: unknown, { address, connectionString }: PostgresUrl): string {
  const { code, message } = error as { code?: string; message: string };
  const { username, pathname } = new URL(connectionString);
  switch (code) {
    case '28P01':
    case '28000':
      return `${address} refuses user "${decodeURIComponent(username)}": wrong user or password`;
    case '3D000':
      return `there is no database "${decodeURIComponent(pathname.slice(1))}" on ${address}`;
    default:
      return `cannot connect to ${address} (${code ?? (message === 'timeout expired' ? `no answer in ${START_TIMEOUT_MS / 1000} s` : message)})`;
  }
}
