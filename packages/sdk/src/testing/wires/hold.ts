import type { Clock } from '../clock.js';

/** Resolves after so many milliseconds; at once when there are none. */
export const hold = (clock: Clock, ms = 0): Promise<void> | undefined =>
  ms > 0 ? new Promise((resolve) => void clock.after(ms, resolve)) : undefined;
