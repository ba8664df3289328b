/** Prisma's codes for "the database did not answer, try again"; P2028, P2024: no connection or transaction in time. */
const UNAVAILABLE_PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

const UNAVAILABLE_SQL_STATES = new Set([
  '25006', // read only: the primary moved
  '25P03', // idle in transaction for too long
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock timeout
  '57014', // statement timeout
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
  '57P05', // idle for too long
]);
/** Connection exceptions, and insufficient resources (`53300` is "too many connections"). */
const UNAVAILABLE_SQL_CLASSES = ['08', '53'];

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EPIPE',
]);

/** What the adapters make of an error, when they leave no code: raw queries and COMMIT show only this. */
const UNAVAILABLE_KINDS = new Set([
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionAlreadyClosed',
  'TransactionWriteConflict',
]);

/** `pg`, `pg-pool` and PGlite give these no code: their texts are the only mark they have. */
const UNAVAILABLE_MESSAGES = [
  'Query read timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'PGlite is closed',
];

/**
 * Whether `error`, or what caused it, is a violated unique constraint: P2002 from model calls, P2010 with SQLSTATE 23505
 * from raw queries, a bare adapter error from COMMIT.
 */
export function isUniqueViolation(error: unknown): boolean {
  return chain(error).some(
    ({ code, originalCode, kind }) =>
      code === 'P2002' || code === '23505' || originalCode === '23505' || kind === 'UniqueConstraintViolation',
  );
}

/**
 * Whether `error`, or what caused it, says that the database could not serve the call now and may serve it later: no
 * connection, a lost one, a timeout, a shutdown, a deadlock's victim. The call may have taken effect all the same (a
 * connection lost during COMMIT), so repeat only what is idempotent.
 */
export function isUnavailable(error: unknown): boolean {
  return chain(error).some(({ code, originalCode, kind, message }) => {
    const state = originalCode ?? code ?? '';
    return (
      UNAVAILABLE_PRISMA_CODES.has(code ?? '') ||
      UNAVAILABLE_KINDS.has(kind ?? '') ||
      SOCKET_CODES.has(state) ||
      (/^[0-9A-Z]{5}$/.test(state) &&
        (UNAVAILABLE_SQL_STATES.has(state) || UNAVAILABLE_SQL_CLASSES.includes(state.slice(0, 2)))) ||
      UNAVAILABLE_MESSAGES.some((text) => message?.startsWith(text))
    );
  });
}

interface Link {
  code?: string;
  originalCode?: string;
  kind?: string;
  message?: string;
}

/** `error` and what it wraps: `cause`, and Prisma's `meta.driverAdapterError`. */
function chain(error: unknown): Link[] {
  const links: Link[] = [];
  let next: unknown = error;
  while (typeof next === 'object' && next !== null && links.length < 8) {
    links.push(next as Link);
    const { cause, meta } = next as { cause?: unknown; meta?: { driverAdapterError?: unknown } };
    next = meta?.driverAdapterError ?? cause;
  }
  return links;
}
