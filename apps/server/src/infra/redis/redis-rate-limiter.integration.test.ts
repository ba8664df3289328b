import { LIMITS } from '@dream-studio/contracts';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RateLimiter } from '../../core/ports.js';
import { redisKinds, startTestNode, type TestNode, whenUp } from '../../test/redis.js';
import { NO_WRITES, twoRedisNodes } from '../../test/two-redis-nodes.js';
import { createLogger } from '../logger.js';
import { createMemoryRateLimiter } from '../memory-rate-limiter.js';
import { createRedisRateLimiter } from './redis-rate-limiter.js';

const POINTS = LIMITS['message:send'].points;

const passed = async (calls: Promise<number>[]) => (await Promise.all(calls)).filter((waitMs) => waitMs === 0).length;

/** What holds for every limiter; `two` are those of two nodes, or the same. */
function itLimits(two: () => [RateLimiter, RateLimiter]) {
  test('of many calls at once exactly the allowed number pass, and the others are told when', async () => {
    const [a, b] = two();
    const calls = Array.from({ length: 3 * POINTS }, (_, n) => (n % 2 ? a : b).consume('message:send', '1'));
    expect(await passed(calls)).toBe(POINTS);
    const waits = (await Promise.all(calls)).filter((waitMs) => waitMs > 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(LIMITS['message:send'].windowMs);
  });

  test('limits and keys are apart', async () => {
    const [a, b] = two();
    await Promise.all(Array.from({ length: POINTS }, () => a.consume('message:send', '1')));
    expect(await b.consume('message:send', '1')).toBeGreaterThan(0);
    expect(await passed([b.consume('message:send', '2'), b.consume('message:change', '1')])).toBe(2);
  });

  test('a point given back can be had again, once', async () => {
    const [a, b] = two();
    await Promise.all(Array.from({ length: POINTS }, () => a.consume('message:send', '1')));
    await a.refund('message:send', '1');
    expect(await passed([a.consume('message:send', '1'), a.consume('message:send', '1')])).toBe(1);
    expect(await b.consume('message:send', '1')).toBeGreaterThan(0);
  });
}

describe('limits in memory', () => {
  let limiter: RateLimiter;
  beforeEach(() => {
    limiter = createMemoryRateLimiter(1);
  });
  itLimits(() => [limiter, limiter]);
  test('are multiplied', async () => {
    const calls = (one: RateLimiter) => Array.from({ length: 50 }, () => one.consume('message:send', '1'));
    expect(await passed(calls(createMemoryRateLimiter(2)))).toBe(2 * POINTS);
    expect(await passed(calls(createMemoryRateLimiter(0.001)))).toBe(1);
  });
});

describe.each(redisKinds)('limits on Redis %s', (kind) => {
  const system = twoRedisNodes(kind);
  const warn = vi.fn();
  const limiterOf = ({ redis, bus }: TestNode, factor = 1) =>
    createRedisRateLimiter(redis, bus, createMemoryRateLimiter(factor), factor, { ...createLogger('silent'), warn });

  let two: [RateLimiter, RateLimiter];
  beforeEach(() => {
    two = [limiterOf(system.nodes[0]), limiterOf(system.nodes[1])];
  });
  const callsOfBoth = (key: string) =>
    Array.from({ length: 3 * POINTS }, (_, n) => (n % 2 ? two[0] : two[1]).consume('message:send', key));
  itLimits(() => two);

  test('are multiplied', async () => {
    const [a, b] = [limiterOf(system.nodes[0], 2), limiterOf(system.nodes[1], 2)];
    const calls = Array.from({ length: 60 }, (_, n) => (n % 2 ? a : b).consume('message:send', '1'));
    expect(await passed(calls)).toBe(2 * POINTS);
  });

  test('of systems with other prefixes are apart', async () => {
    await using other = await startTestNode({ ...system.redis.settings, prefix: 'other:' }, 'a');
    const [mine, theirs] = [two[0], limiterOf(other)];
    const calls = (one: RateLimiter) => Array.from({ length: 2 * POINTS }, () => one.consume('message:send', '1'));
    expect(await Promise.all([passed(calls(mine)), passed(calls(theirs))])).toEqual([POINTS, POINTS]);
  });

  test('of many keys at once are each counted', async () => {
    const keys = Array.from({ length: 30 }, (_, n) => `many ${n}`);
    const all = keys.map((key) => passed(callsOfBoth(key)));
    expect(await Promise.all(all)).toEqual(keys.map(() => POINTS));
  });

  test('what is given back to a counter that has been forgotten is no point more', async () => {
    await two[0].consume('message:send', '3');
    await system.redis.flush();
    await two[0].refund('message:send', '3');
    expect(await passed(callsOfBoth('3'))).toBe(POINTS);
  });

  test.each(NO_WRITES)(
    'stand on each node while Redis takes no writes (%s), which is said once; and the bus stays up',
    async (setting) => {
      warn.mockClear();
      const consume = () => two[0].consume('message:send', '4');
      await system.withoutWrites(setting, async () => {
        expect(await passed(Array.from({ length: POINTS }, consume))).toBe(POINTS);
        await two[0].refund('message:send', '4');
        expect(await passed([consume(), consume()])).toBe(1);
      });
      expect(warn).toHaveBeenCalledOnce();
      expect(await passed(callsOfBoth('5'))).toBe(POINTS);
    },
  );

  test('stand on each node while Redis hangs: neither open nor closed, and nobody waits for long', async () => {
    await two[0].consume('message:send', '1');
    system.redis.pause();
    try {
      const slowest = async (calls: Promise<number>[]) => {
        const startedAt = performance.now();
        const count = await passed(calls);
        return { count, ms: performance.now() - startedAt };
      };
      const calls = () => Array.from({ length: 3 * POINTS }, () => two[0].consume('message:send', '1'));
      const first = await slowest(calls());
      expect(first.count).toBe(POINTS - 1);
      expect(first.ms).toBeLessThan(1_000);
      expect(system.nodes[0].bus.isUp()).toBe(false);
      // Nobody waits any more; what one node has seen is all that it knows.
      const next = await slowest([...calls(), two[0].refund('message:send', '1') as unknown as Promise<number>]);
      expect([next.count, next.ms < 100]).toEqual([0, true]);
    } finally {
      system.redis.resume();
    }
    await Promise.all(system.nodes.map(({ bus }) => whenUp(bus, true)));
    expect(await passed(callsOfBoth('2'))).toBe(POINTS);
  });
});
