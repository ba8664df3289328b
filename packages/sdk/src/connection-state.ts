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

/** Why there is no connection, in more detail than anyone outside needs. */
type Phase = Exclude<ConnectionState, 'offline'> | 'idle' | 'closed' | 'no network';

const publicState = (phase: Phase): ConnectionState =>
  phase === 'idle' || phase === 'closed' || phase === 'no network' ? 'offline' : phase;

const refused = () =>
  new ChatError({ code: 'UNAUTHENTICATED', message: 'The server refused the token', retryable: false });

/** A state that can be watched and waited for. */
export const createConnectionState = () => {
  const phase = createStore<Phase>('idle');

  return {
    /** What the outside sees. */
    state: select(phase, publicState),
    get phase() {
      return phase.get();
    },
    set: (next: Phase) => phase.set(() => next),
    /** Resolves once connected. Rejects when that cannot come any more, at the timeout (none when absent), or aborted. */
    ready: (options: CallOptions = {}) => {
      let unwatch = () => {};
      const settled = new Promise<void>((resolve, reject) => {
        const check = () => {
          const current = phase.get();
          if (current === 'connected') resolve();
          else if (current === 'unauthorized') reject(refused());
          else if (current === 'closed') reject(unavailable('The connection was closed'));
        };
        unwatch = phase.subscribe(check);
        check();
      });
      return within(settled, options, 'There is no connection to the server').finally(unwatch);
    },
  };
};
