import type { OutboxStorage, StoredMessage } from './storage.js';

/** As much of IndexedDB as is used here: the SDK is typed without the DOM. */
interface Request<T> {
  result: T;
  error: unknown;
  onsuccess: () => void;
  onerror: () => void;
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: () => void;
  onblocked: () => void;
}
interface ObjectStore {
  getAll(range: unknown): Request<StoredMessage[]>;
  put(value: StoredMessage, key: unknown): Request<unknown>;
  delete(key: unknown): Request<undefined>;
}
interface Transaction {
  error: unknown;
  oncomplete: () => void;
  onabort: () => void;
  objectStore(name: string): ObjectStore;
}
interface Database {
  createObjectStore(name: string): unknown;
  transaction(store: string, mode: 'readonly' | 'readwrite'): Transaction;
  close(): void;
  onversionchange: () => void;
  onclose: () => void;
}
interface Platform {
  indexedDB?: { open(name: string, version: number): OpenRequest };
  IDBKeyRange?: { bound(lower: unknown, upper: unknown): unknown };
}

/** Looking at it throws where it is not allowed, such as in a sandboxed frame. */
const platform = (): Platform => {
  try {
    const { indexedDB, IDBKeyRange } = globalThis as unknown as Platform;
    return { ...(indexedDB && { indexedDB }), ...(IDBKeyRange && { IDBKeyRange }) };
  } catch {
    return {};
  }
};

const DATABASE = 'dream-studio-chat';
const STORE = 'outbox';

/** Keeps messages in the browser's IndexedDB, which all tabs of an origin share; undefined where there is none. */
export const createIndexedDbStorage = ({ indexedDB, IDBKeyRange } = platform()) => {
  if (!indexedDB || !IDBKeyRange) return undefined;
  let opened: Promise<Database> | undefined;

  const open = () =>
    new Promise<Database>((resolve, reject) => {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onerror = request.onblocked = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        const forget = () => {
          opened = undefined;
        };
        // Browsers close connections at times: the next use opens another.
        database.onclose = forget;
        database.onversionchange = () => {
          database.close();
          forget();
        };
        resolve(database);
      };
    });

  /** Resolves with the outcome once the transaction has ended well. */
  const run = async <T>(mode: 'readonly' | 'readwrite', work: (store: ObjectStore) => Request<T>): Promise<T> => {
    opened ??= open();
    const transaction = await opened
      .then((database) => database.transaction(STORE, mode))
      .catch((error: unknown) => {
        // The next use opens another connection.
        opened = undefined;
        throw error;
      });
    return new Promise((resolve, reject) => {
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };

  const storage: OutboxStorage = {
    // Among keys, any list stands behind any text.
    load: (scope) => run('readonly', (store) => store.getAll(IDBKeyRange.bound([scope], [scope, []]))),
    put: async (scope, message) =>
      void (await run('readwrite', (store) => store.put(message, [scope, message.clientId]))),
    remove: (scope, clientId) => run('readwrite', (store) => store.delete([scope, clientId])),
  };
  return storage;
};
