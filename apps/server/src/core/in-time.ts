import type { Dispatch } from './dispatch.js';
import { AppError } from './errors.js';

/** Every call is answered within 5 s, the way there and back included. */
const ANSWER_MS = 4_500;

/**
 * A dispatcher that answers in time, whatever a call waits for: with `UNAVAILABLE` while it is under way. The call goes on
 * and may still take effect, as after an answer that was lost; what has a `clientId` can be tried again.
 */
export function inTime(dispatch: Dispatch): Dispatch {
  return (...call) =>
    new Promise((resolve) => {
      const giveUp = () => resolve({ ok: false, error: new AppError('UNAVAILABLE', 'It takes too long').body });
      const timer = setTimeout(giveUp, ANSWER_MS);
      void dispatch(...call).then((reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
}
