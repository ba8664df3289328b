import { LIMITS, type LimitName } from '@dream-studio/contracts';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Bus, RateLimiter } from '../../core/ports.js';
import { pointsOf, spend } from '../memory-rate-limiter.js';
import type { RedisConnection } from './connection.js';

/**
 * Counts over all nodes in Redis, and on this node in memory besides: what is too much for one node is too much for all.
 * So while Redis is away each node still limits by what it has seen, and a Redis that forgot does not open the gate.
 */
export function createRedisRateLimiter(
  redis: RedisConnection,
  bus: Pick<Bus, 'isUp' | 'suspect'>,
  local: RateLimiter,
  factor: number,
): RateLimiter {
  const limiters = new Map(
    Object.entries(LIMITS).map(([name, { points, windowMs }]) => [
      name as LimitName,
      new RateLimiterRedis({
        storeClient: redis.commands,
        keyPrefix: redis.key(`limit:${name}`),
        points: pointsOf(points, factor),
        duration: windowMs / 1000,
      }),
    ]),
  );
  const limiterOf = (limit: LimitName) => limiters.get(limit) as RateLimiterRedis;

  return {
    async consume(limit, key) {
      const waitMs = await local.consume(limit, key);
      if (waitMs > 0 || !bus.isUp()) return waitMs;
      try {
        return await spend(limiterOf(limit), key);
      } catch {
        bus.suspect();
        return 0;
      }
    },
    async refund(limit, key) {
      await local.refund(limit, key);
      if (bus.isUp())
        await limiterOf(limit)
          .reward(key)
          .catch(() => bus.suspect());
    },
  };
}
