import { randomUUID } from 'node:crypto';
import type { Log, RateLimiter } from '../core/ports.js';
import type { Env } from '../env.js';
import { createAloneBus } from '../infra/alone-bus.js';
import { createMemoryRateLimiter } from '../infra/memory-rate-limiter.js';
import { connectRedis } from '../infra/redis/connection.js';
import { RedisBus } from '../infra/redis/redis-bus.js';
import { createRedisRateLimiter } from '../infra/redis/redis-rate-limiter.js';
import { type ComposeOptions, failingBus } from './options.js';

export type Nodes = ReturnType<typeof joinNodes>;

/** What ties this node to the others: Redis, and the bus over it. Without `REDIS_URL` it is alone. */
export function joinNodes({ redis: settings }: Pick<Env, 'redis'>, log: Log, options: ComposeOptions) {
  const nodeId = randomUUID();
  const redis = settings ? connectRedis(settings, log) : null;
  const bus = failingBus(redis ? new RedisBus(redis, nodeId, log) : createAloneBus(nodeId), options);

  return {
    /** null for a node that is alone. */
    redis,
    bus,
    close() {
      bus.close();
      redis?.close();
    },
  };
}

/** Counts over all nodes, when there are others. */
export function createLimiter({ redis, bus }: Nodes, factor: number, log: Log): RateLimiter {
  const local = createMemoryRateLimiter(factor);
  return redis ? createRedisRateLimiter(redis, bus, local, factor, log) : local;
}
