import type { CallOptions } from './call.js';
import { ChatError, unavailable } from './errors.js';

/**
 * - `idle`: `connect()` was not called yet.
 * - `connecting`: the first attempt is under way.
 * - `connected`: live, and the rooms entered before are entered again.
 * - `reconnecting`: lost or never made; the next attempt follows by itself.
 * - `unauthorized`: the server refused the token. Nothing follows until `connect()`.
 * - `closed`: by `close()`. Nothing follows until `connect()`.
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'unauthorized' | 'closed';

const refused = () =>
  new ChatError({ code: 'UNAUTHENTICATED', message: 'The server refused the token', retryable: false });

/** A state that can be watched and waited for. */
export const createConnectionState = () => {
  const watchers = new Set<(state: ConnectionState) => void>();
  let current: ConnectionState = 'idle';

  const watch = (watcher: (state: ConnectionState) => void) => {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  };

  return {
    get current() {
      return current;
    },
    set: (next: ConnectionState) => {
      if (next === current) return;
      current = next;
      for (const watcher of [...watchers]) watcher(next);
    },
    /** Calls back at each change; returns what ends that. */
    watch,
    /** Resolves once connected. Rejects when that cannot come any more, at the timeout (none when absent), or aborted. */
    ready: ({ timeoutMs, signal }: CallOptions = {}) =>
      new Promise<void>((resolve, reject) => {
        const settle = (action: () => void) => {
          unwatch();
          signal?.removeEventListener('abort', aborted);
          clearTimeout(timer);
          action();
        };
        const check = () => {
          if (current === 'connected') settle(resolve);
          else if (current === 'unauthorized') settle(() => reject(refused()));
          else if (current === 'closed') settle(() => reject(unavailable('The connection was closed')));
        };
        const aborted = () => settle(() => reject(signal?.reason));
        const expired = () => settle(() => reject(unavailable('There is no connection to the server')));
        const timer = timeoutMs === undefined ? undefined : setTimeout(expired, timeoutMs);
        const unwatch = watch(check);
        signal?.addEventListener('abort', aborted);
        if (signal?.aborted) aborted();
        else check();
      }),
  };
};
