import { getOrCreate } from '../get-or-create.js';
import type { OutboxStorage, StoredMessage } from './storage.js';

/** A storage that does not answer for this long is left alone … */
const PATIENCE_MS = 3_000;
/** … for this long: nobody is to wait for it each time. */
const PAUSE_MS = 30_000;

/**
 * A storage that never rejects and never hangs, whatever the given one does: what that did not take is kept in memory.
 * Without one, memory is all there is.
 */
export const createSafeStorage = (storage?: OutboxStorage): OutboxStorage => {
  const scopes = new Map<string, Map<string, StoredMessage>>();
  /** In memory only. */
  const untaken = new Set<string>();
  let pausedUntil = 0;

  const memoryOf = (scope: string) => getOrCreate(scopes, scope, () => new Map<string, StoredMessage>());

  /** The outcome; undefined when it failed. */
  const attempt = async <T>(work: (storage: OutboxStorage) => Promise<T>): Promise<{ value: T } | undefined> => {
    if (!storage || Date.now() < pausedUntil) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        pausedUntil = Date.now() + PAUSE_MS;
        resolve(undefined);
      }, PATIENCE_MS);
    });
    try {
      return await Promise.race([work(storage).then((value) => ({ value })), late]);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    load: async (scope) => {
      const memory = memoryOf(scope);
      const stored = await attempt((one) => one.load(scope));
      if (stored) {
        for (const clientId of memory.keys()) if (!untaken.has(clientId)) memory.delete(clientId);
        for (const message of stored.value) memory.set(message.clientId, message);
      }
      return [...memory.values()];
    },
    put: async (scope, message) => {
      memoryOf(scope).set(message.clientId, message);
      untaken.add(message.clientId);
      if (await attempt((one) => one.put(scope, message))) untaken.delete(message.clientId);
    },
    remove: async (scope, clientId) => {
      memoryOf(scope).delete(clientId);
      untaken.delete(clientId);
      // Even of one that is left alone: what was discarded must not be there at the next start.
      if (storage && Date.now() < pausedUntil) storage.remove(scope, clientId).catch(() => {});
      else await attempt((one) => one.remove(scope, clientId));
    },
  };
};
