import type { Input, OperationName, Output } from '@dream-studio/contracts';
import { unavailable } from './errors.js';

/** How one call is made. */
export interface CallOptions {
  /** Give up after this many milliseconds, waiting for a connection included. 10,000 when absent. */
  timeoutMs?: number | undefined;
  /** Stops waiting: the call rejects with the signal's reason. The server may have run it all the same. */
  signal?: AbortSignal | undefined;
}

/**
 * Makes one call of the contract, over whichever wire is there.
 *
 * Rejects with a `ChatError` and nothing else, but for the reason of an aborted signal. After `UNAVAILABLE` the call
 * may or may not have run: repeat only what is safe to repeat, such as a send with a `clientId`.
 */
export type Call = <K extends OperationName>(name: K, input: Input<K>, options?: CallOptions) => Promise<Output<K>>;

/** The wires of one operation. */
export interface Route {
  /** Needs no token. */
  anonymous?: true;
  /** Name of the Socket.IO event. */
  socket?: string;
  /** The path is from the server's root, with `{name}` for the input keys it takes. */
  rest?: readonly [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string];
}

export const DEFAULT_TIMEOUT_MS = 10_000;

export const NO_ANSWER = 'The server did not answer in time';

/** Why a signal was aborted: what it says, or an `AbortError` where signals say nothing (React Native). */
export const reasonOf = (signal: AbortSignal | undefined): unknown =>
  signal?.reason ?? Object.assign(new Error('The call was aborted'), { name: 'AbortError' });

/**
 * The promise's outcome, unless the signal's reason or the timeout (none when absent) comes first.
 *
 * @throws ChatError: `UNAVAILABLE` with `message` at the timeout.
 */
export const within = <T>(promise: Promise<T>, { timeoutMs, signal }: CallOptions, message = NO_ANSWER): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const aborted = () => reject(reasonOf(signal));
    const expired = () => reject(unavailable(message));
    const timer = timeoutMs === undefined ? undefined : setTimeout(expired, timeoutMs);
    if (signal?.aborted) aborted();
    signal?.addEventListener('abort', aborted);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    });
  });
