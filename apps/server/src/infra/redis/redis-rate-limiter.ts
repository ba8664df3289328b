import { LIMITS, type LimitName } from '@dream-studio/contracts';
import { batched } from '../../core/batched.js';
import type { Bus, Log, RateLimiter } from '../../core/ports.js';
import { pointsOf } from '../memory-rate-limiter.js';
import type { RedisConnection } from './connection.js';
import { isRefusal } from './refusal.js';

/** Counters in one command: Redis does nothing else meanwhile. */
const COUNTERS_MAX = 100;
/** What Redis refuses it refuses each time: that is said once in so long. */
const TELL_MS = 60_000;

/**
 * Counts on counters, each of which begins anew when its window is over. KEYS: the counters. ARGV: for each of them what it
 * changes by, its limit, and its window in milliseconds. Answers with the milliseconds until each is under its limit again,
 * 0 for those that are. One that begins is given nothing back: what was taken has been forgotten.
 */
const COUNT = `
local waits = {}
for n, key in ipairs(KEYS) do
  local change, limit, window = tonumber(ARGV[3 * n - 2]), tonumber(ARGV[3 * n - 1]), tonumber(ARGV[3 * n])
  waits[n] = 0
  if change > 0 or redis.call('EXISTS', key) == 1 then
    local count = redis.call('INCRBY', key, change)
    local left = redis.call('PTTL', key)
    if left < 0 then
      redis.call('PEXPIRE', key, window)
      left = window
    end
    if count > limit then waits[n] = math.max(left, 1) end
  end
end
return waits`;

interface Change {
  limit: LimitName;
  key: string;
  by: 1 | -1;
}

/**
 * Counts over all nodes in Redis, and on this node in memory besides: what is too much for one node is too much for all.
 * So while Redis is away each node still limits by what it has seen, and a Redis that forgot does not open the gate. What
 * is counted in one turn of the event loop is one command: each call counts, and a command costs as much as some deliveries.
 */
export function createRedisRateLimiter(
  redis: RedisConnection,
  bus: Pick<Bus, 'isUp' | 'suspect'>,
  local: RateLimiter,
  factor: number,
  log: Log,
): RateLimiter {
  redis.commands.defineCommand('count', { lua: COUNT });
  const commands = redis.commands as unknown as {
    count(keys: number, ...args: (string | number)[]): Promise<number[]>;
  };
  // Keys of one command would have to be of one slot.
  const change = batched({ max: redis.isCluster ? 1 : COUNTERS_MAX, atOnce: Infinity }, (changes: readonly Change[]) =>
    commands.count(
      changes.length,
      ...changes.map(({ limit, key }) => redis.key(`limit:${limit}:${key}`)),
      ...changes.flatMap(({ limit, by }) => [by, pointsOf(LIMITS[limit].points, factor), LIMITS[limit].windowMs]),
    ),
  );
  let toldAt = Number.NEGATIVE_INFINITY;
  const refused = (err: unknown) => {
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    log.warn({ err }, 'Redis refuses to count: each server limits by what it has seen itself');
  };
  /** Without Redis nothing is to wait for: this node has counted. */
  const tryTo = async (one: Change): Promise<number> => {
    if (!bus.isUp()) return 0;
    try {
      return await change(one);
    } catch (error) {
      if (isRefusal(error)) refused(error);
      else bus.suspect();
      return 0;
    }
  };

  return {
    async consume(limit, key) {
      const waitMs = await local.consume(limit, key);
      return waitMs > 0 ? waitMs : tryTo({ limit, key, by: 1 });
    },
    async refund(limit, key) {
      await local.refund(limit, key);
      await tryTo({ limit, key, by: -1 });
    },
  };
}
