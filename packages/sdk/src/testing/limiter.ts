import { LIMITS, type LimitName } from '@dream-studio/contracts';
import type { Clock } from './clock.js';

/** Counts calls against the contract's limits, in windows that start with the first call. */
export interface Limiter {
  /** Takes a point; answers 0 when there was one, else the milliseconds until there is. */
  consume(limit: LimitName, key: string): number;
  /** Gives a point back. */
  refund(limit: LimitName, key: string): void;
}

export function createLimiter(clock: Clock, factor: number): Limiter {
  const windows = new Map<string, { used: number; endsAt: number }>();
  return {
    consume(limit, key) {
      const { points, windowMs } = LIMITS[limit];
      const id = `${limit} ${key}`;
      const now = clock.now();
      let window = windows.get(id);
      if (!window || window.endsAt <= now) window = { used: 0, endsAt: now + windowMs };
      windows.set(id, window);
      window.used += 1;
      return window.used > Math.max(1, Math.round(points * factor)) ? Math.max(1, window.endsAt - now) : 0;
    },
    refund(limit, key) {
      const window = windows.get(`${limit} ${key}`);
      if (window) window.used -= 1;
    },
  };
}
