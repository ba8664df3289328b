import type { Dispatch } from './dispatch.js';
import { AppError } from './errors.js';

/** A dispatcher that can be brought to rest: calls under way finish, new ones are `UNAVAILABLE`. */
export function drainable(dispatch: Dispatch): { dispatch: Dispatch; drain(): Promise<void> } {
  let running = 0;
  let draining = false;
  const onIdle: (() => void)[] = [];

  return {
    async dispatch(name, caller, raw) {
      if (draining) return { ok: false, error: new AppError('UNAVAILABLE', 'The server is shutting down').body };
      running += 1;
      try {
        return await dispatch(name, caller, raw);
      } finally {
        running -= 1;
        if (running === 0) for (const resolve of onIdle.splice(0)) resolve();
      }
    },
    /** Resolves when no call is under way any more. */
    drain() {
      draining = true;
      return running === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve));
    },
  };
}
