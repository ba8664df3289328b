import { LIMITS, type LimitName } from '@dream-studio/contracts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter } from '../core/ports.js';

/** Counts in the memory of this process. `factor` multiplies the points of every limit. */
export function createMemoryRateLimiter(factor: number): RateLimiter {
  const limiters = new Map(
    Object.entries(LIMITS).map(([name, { points, windowMs }]) => [
      name as LimitName,
      new RateLimiterMemory({ points: pointsOf(points, factor), duration: windowMs / 1000 }),
    ]),
  );
  const limiterOf = (limit: LimitName) => limiters.get(limit) as RateLimiterMemory;

  return {
    consume: (limit, key) => spend(limiterOf(limit), key),
    async refund(limit, key) {
      await limiterOf(limit).reward(key);
    },
  };
}

export const pointsOf = (points: number, factor: number): number => Math.max(1, Math.round(points * factor));

/** Takes a point; the milliseconds until there is one, 0 when there was. */
async function spend(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
    throw refusal;
  }
}
