import type { ErrorBody } from '@dream-studio/contracts';
import { type CallOptions, within } from './call.js';
import { ChatError, unavailable } from './errors.js';
import { createStore, select } from './store/readable.js';

/**
 * - `connecting`: the first attempt is under way.
 * - `connected`: live, and the rooms entered before are entered again.
 * - `reconnecting`: lost or never made; the next attempt follows by itself.
 * - `offline`: before `connect()` and after `close()`, when nothing follows until `connect()`; and while the device says
 *   that it has no network, when the next attempt follows by itself.
 * - `unauthorized`: the server refused the token, or its user, who is banned. Nothing follows until `connect()`.
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'offline' | 'unauthorized';

/** Why there is no connection, in more detail than anyone outside needs. `moving`: from a server that ends to another. */
export type Phase = Exclude<ConnectionState, 'offline'> | 'idle' | 'closed' | 'no network' | 'moving';

/** A move that takes longer shows. */
const MOVE_MS = 5_000;

const OFFLINE: readonly Phase[] = ['idle', 'closed', 'no network'];

const publicState = (phase: Phase): ConnectionState =>
  phase === 'moving' ? 'connected' : OFFLINE.includes(phase) ? 'offline' : (phase as ConnectionState);

const REFUSED: ErrorBody = { code: 'UNAUTHENTICATED', message: 'The server refused the token', retryable: false };

/** A state that can be watched and waited for. */
export const createConnectionState = () => {
  const phase = createStore<Phase>('idle');
  let patience: ReturnType<typeof setTimeout> | undefined;
  let refusal = REFUSED;

  const set = (next: Phase, why = REFUSED) => {
    clearTimeout(patience);
    refusal = why;
    if (next === 'moving') patience = setTimeout(() => set('reconnecting'), MOVE_MS);
    phase.set(() => next);
  };

  return {
    /** What the outside sees. */
    state: select(phase, publicState),
    phase,
    set,
    /** Resolves once connected. Rejects when that cannot come any more, at the timeout (none when absent), or aborted. */
    ready: (options: CallOptions = {}) => {
      let unwatch = () => {};
      const settled = new Promise<void>((resolve, reject) => {
        const check = () => {
          const current = phase.get();
          if (current === 'connected') resolve();
          else if (current === 'unauthorized') reject(new ChatError(refusal));
          else if (current === 'closed') reject(unavailable('The connection was closed'));
        };
        unwatch = phase.subscribe(check);
        check();
      });
      return within(settled, options, 'There is no connection to the server').finally(unwatch);
    },
  };
};
