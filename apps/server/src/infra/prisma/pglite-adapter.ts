import type { PGlite, Transaction as PGliteTransaction } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';

type Adapter = Awaited<ReturnType<PrismaPGlite['connect']>>;
type Isolation = Parameters<Adapter['startTransaction']>[0];
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>;

/**
 * Prisma's driver adapter over an open PGlite, which the caller closes.
 *
 * The package's own transactions (0.7.2) are replaced, because they
 * - report a COMMIT that failed as a success: an acknowledged write would be lost;
 * - set the isolation level before BEGIN, where it has no effect;
 * - do not wait for ROLLBACK, and send a COMMIT after it.
 *
 * PGlite is one connection. It runs one transaction at a time; statements from outside wait for its end, so a transaction
 * that awaits the *outer* client waits for itself, until Prisma's transaction timeout rolls it back (P2028).
 */
export function createPGliteAdapter(client: PGlite): PrismaPGlite {
  const factory = new PrismaPGlite(client);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.startTransaction = (isolation) => startTransaction(client, isolation);
    adapter.executeScript = async (script) => void (await client.exec(script));
    return adapter;
  };
  return factory;
}

async function startTransaction(client: PGlite, isolation: Isolation): Promise<Transaction> {
  const started = deferred<PGliteTransaction>();
  const decision = deferred<'commit' | 'rollback'>();
  const ended = client.transaction(async (tx) => {
    if (isolation) await tx.exec(`SET TRANSACTION ISOLATION LEVEL ${isolation}`);
    started.resolve(tx);
    if ((await decision.promise) === 'rollback') await tx.rollback();
  });
  // A start that failed is told to the starter; a failed end to whoever decided it (also when that is nobody yet).
  ended.catch(started.reject);

  const tx = await started.promise;
  // The adapter asks no more of its client than `query`, which a PGlite transaction has.
  const queryable = await new PrismaPGlite(tx as unknown as PGlite).connect();
  const end = (how: 'commit' | 'rollback') => {
    decision.resolve(how);
    return ended;
  };
  const savepoint = (sql: string) => async (name: string) => void (await tx.exec(`${sql} ${name}`));
  return {
    provider: queryable.provider,
    adapterName: queryable.adapterName,
    options: { usePhantomQuery: true },
    queryRaw: queryable.queryRaw.bind(queryable),
    executeRaw: queryable.executeRaw.bind(queryable),
    commit: () => end('commit'),
    rollback: () => end('rollback'),
    createSavepoint: savepoint('SAVEPOINT'),
    rollbackToSavepoint: savepoint('ROLLBACK TO SAVEPOINT'),
    releaseSavepoint: savepoint('RELEASE SAVEPOINT'),
  } as Transaction;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
