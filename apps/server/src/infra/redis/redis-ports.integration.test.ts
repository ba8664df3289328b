import { BOUNDS, LIMITS } from '@dream-studio/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { redisCommand } from '../../../../../scripts/lib/redis-command.js';
import type { RateLimiter, SocketCount } from '../../core/ports.js';
import { redisKinds, startTestNode, startTestRedis, type TestNode, type TestRedis, whenUp } from '../../test/redis.js';
import { createLogger } from '../logger.js';
import { createMemoryRateLimiter } from '../memory-rate-limiter.js';
import { createRedisPresenceStore } from './redis-presence-store.js';
import { createRedisRateLimiter } from './redis-rate-limiter.js';
import { createRedisSocketCount } from './redis-socket-count.js';

const POINTS = LIMITS['message:send'].points;
const LEASE_MS = 700;
/** Settings by which Redis takes no writes. */
const NO_WRITES = ['maxmemory', 'min-replicas-to-write'] as const;

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

describe.each(redisKinds)('on Redis %s', (kind) => {
  let redis: TestRedis;
  let nodes: [TestNode, TestNode];
  beforeAll(async () => {
    redis = await startTestRedis(kind);
    nodes = [await startTestNode(redis.settings, 'a'), await startTestNode(redis.settings, 'b')];
  });
  afterEach(async () => {
    await Promise.all(nodes.map(({ bus }) => whenUp(bus, true)));
    await redis.flush();
  });
  afterAll(async () => {
    for (const node of nodes ?? []) await node[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
  });
  const warn = vi.fn();
  const limiterOf = ({ redis, bus }: TestNode, factor = 1) =>
    createRedisRateLimiter(redis, bus, createMemoryRateLimiter(factor), factor, { ...createLogger('silent'), warn });

  /** Redis takes no writes while `work` is done; the bus must not care. */
  const withoutWrites = async (setting: (typeof NO_WRITES)[number], work: () => Promise<void>) => {
    const set = (value: string) =>
      Promise.all(redis.servers.map((server) => redisCommand(server, 'CONFIG', 'SET', setting, value)));
    const changes: boolean[] = [];
    for (const { bus } of nodes) bus.onChange((isUp) => changes.push(isUp));
    await set('1');
    try {
      await work();
    } finally {
      await set('0');
    }
    expect(changes).toEqual([]);
  };

  describe('limits', () => {
    let two: [RateLimiter, RateLimiter];
    beforeEach(() => {
      two = [limiterOf(nodes[0]), limiterOf(nodes[1])];
    });
    const callsOfBoth = (key: string) =>
      Array.from({ length: 3 * POINTS }, (_, n) => (n % 2 ? two[0] : two[1]).consume('message:send', key));
    itLimits(() => two);

    test('are multiplied', async () => {
      const [a, b] = [limiterOf(nodes[0], 2), limiterOf(nodes[1], 2)];
      const calls = Array.from({ length: 60 }, (_, n) => (n % 2 ? a : b).consume('message:send', '1'));
      expect(await passed(calls)).toBe(2 * POINTS);
    });

    test('of systems with other prefixes are apart', async () => {
      await using other = await startTestNode({ ...redis.settings, prefix: 'other:' }, 'a');
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
      await redis.flush();
      await two[0].refund('message:send', '3');
      expect(await passed(callsOfBoth('3'))).toBe(POINTS);
    });

    test.each(NO_WRITES)(
      'stand on each node while Redis takes no writes (%s), which is said once; and the bus stays up',
      async (setting) => {
        warn.mockClear();
        const consume = () => two[0].consume('message:send', '4');
        await withoutWrites(setting, async () => {
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
      redis.pause();
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
        expect(nodes[0].bus.isUp()).toBe(false);
        // Nobody waits any more; what one node has seen is all that it knows.
        const next = await slowest([...calls(), two[0].refund('message:send', '1') as unknown as Promise<number>]);
        expect([next.count, next.ms < 100]).toEqual([0, true]);
      } finally {
        redis.resume();
      }
      await Promise.all(nodes.map(({ bus }) => whenUp(bus, true)));
      expect(await passed(callsOfBoth('2'))).toBe(POINTS);
    });
  });

  describe('presence', () => {
    const storeOf = ({ redis }: TestNode, nodeId: string, leaseMs = 60_000) =>
      createRedisPresenceStore(redis, nodeId, leaseMs);
    const change = (roomId: number, userId: number, isPresent = true, isView = false) => ({
      roomId,
      userId,
      isPresent,
      isView,
    });

    test('what nodes write is read by all, of many rooms at once', async () => {
      const [a, b] = [storeOf(nodes[0], 'a'), storeOf(nodes[1], 'b')];
      expect((await a.beat()).wasKnown).toBe(false);
      const second = await b.beat();
      expect([second.wasKnown, [...second.live].toSorted()]).toEqual([false, ['a', 'b']]);
      expect((await a.beat()).wasKnown).toBe(true);
      const rooms = Array.from({ length: 1_200 }, (_, n) => n + 1);
      await a.write([...rooms.map((roomId) => change(roomId, 7)), change(1, 7, true, true)]);
      await b.write([change(1, 8), change(2, 7), change(2, 7)]);
      await a.write([change(3, 7, false), change(4, 99, false)]);
      const read = await b.read([...rooms, 9_999]);
      const sorted = (roomId: number) => (read.get(roomId) ?? []).map((one) => JSON.stringify(one)).toSorted();
      const entry = (userId: number, nodeId: string, isView = false) => JSON.stringify({ userId, nodeId, isView });
      expect(sorted(1)).toEqual([entry(7, 'a'), entry(7, 'a', true), entry(8, 'b')].toSorted());
      expect(sorted(2)).toEqual([entry(7, 'a'), entry(7, 'b')]);
      expect([sorted(3), sorted(9_999), sorted(1_200)]).toEqual([[], [], [entry(7, 'a')]]);
    });

    test('what a node without a lease has left counts for nothing, and is removed', async () => {
      const [a, b] = [storeOf(nodes[0], 'a', LEASE_MS), storeOf(nodes[1], 'b', LEASE_MS)];
      await b.beat();
      await b.write([change(1, 8)]);
      await a.beat();
      await a.write([change(1, 7)]);
      const userIds = async () => ((await a.read([1])).get(1) ?? []).map(({ userId }) => userId);
      expect((await userIds()).toSorted()).toEqual([7, 8]);
      await vi.waitUntil(
        async () => {
          const { live } = await a.beat();
          return !live.includes('b');
        },
        { timeout: 5_000, interval: 50 },
      );
      expect(await userIds()).toEqual([7]);
      const key = nodes[0].redis.key('presence:1');
      await expect.poll(() => nodes[0].redis.commands.smembers(key)).toEqual(['7 a']);
      expect(await b.beat()).toMatchObject({ wasKnown: false });
    });

    test('who leaves is gone at once; after a loss of everything a node learns that it is unknown', async () => {
      const [a, b] = [storeOf(nodes[0], 'a'), storeOf(nodes[1], 'b')];
      for (const store of [a, b]) await store.beat();
      await b.write([change(1, 8)]);
      await b.leave();
      expect((await a.read([1])).get(1)).toEqual([]);
      expect((await a.beat()).live).toEqual(['a']);
      await redis.flush();
      expect(await a.beat()).toEqual({ wasKnown: false, live: ['a'] });
    });

    test.each(NO_WRITES)('a Redis that takes no writes (%s) says so, and is read', async (setting) => {
      const a = storeOf(nodes[0], 'a');
      await a.beat();
      expect(await a.write([change(1, 7)])).toBe(true);
      await withoutWrites(setting, async () => {
        expect(await a.write([change(1, 8)])).toBe(false);
        await expect(a.beat()).rejects.toThrow();
        expect((await a.read([1])).get(1)).toEqual([{ userId: 7, nodeId: 'a', isView: false }]);
      });
    });

    test('a Redis that hangs or is not there makes all of it reject in time', async () => {
      const a = storeOf(nodes[0], 'a');
      redis.pause();
      try {
        const startedAt = performance.now();
        const all = await Promise.allSettled([a.beat(), a.write([change(1, 7)]), a.read([1]), a.leave()]);
        expect(all.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
        expect(performance.now() - startedAt).toBeLessThan(1_500);
      } finally {
        redis.resume();
      }
    });
  });

  describe('sockets of a user', () => {
    const MAX = BOUNDS.socketsPerUserMax;
    const countOf = ({ redis, bus }: TestNode, others: string[] = ['a', 'b']) =>
      createRedisSocketCount(redis, bus, () => others.filter((nodeId) => nodeId !== bus.nodeId));
    const admitAll = (count: SocketCount, times: number, userId = 1) =>
      Promise.all(Array.from({ length: times }, () => count.admit(userId)));
    const admitted = (answers: boolean[]) => answers.filter(Boolean).length;

    test('are counted over nodes, and what is gone makes room', async () => {
      const [a, b] = [countOf(nodes[0]), countOf(nodes[1])];
      expect(admitted(await admitAll(a, MAX - 5))).toBe(MAX - 5);
      expect(admitted(await admitAll(b, 5))).toBe(5);
      expect([await a.admit(1), await b.admit(1), await b.admit(2)]).toEqual([false, false, true]);
      a.left(1);
      await expect.poll(() => b.admit(1)).toBe(true);
      expect(await a.admit(1)).toBe(false);
    });

    test('of a node that is dead count for nothing', async () => {
      const [a, b] = [countOf(nodes[0]), countOf(nodes[1], [])];
      expect(admitted(await admitAll(a, MAX))).toBe(MAX);
      expect(await b.admit(1)).toBe(true);
    });

    test('that come at the same moment, on both nodes, are let in as far as there is room', async () => {
      const counts = [countOf(nodes[0]), countOf(nodes[1])];
      const all = await Promise.all(counts.map((count) => admitAll(count, MAX)));
      expect(admitted(all.flat())).toBe(MAX);
    });

    test.each(NO_WRITES)(
      'are counted on each node alone while Redis takes no writes (%s), and over nodes when it does again',
      async (setting) => {
        const [a, b] = [countOf(nodes[0]), countOf(nodes[1])];
        expect(admitted(await admitAll(a, 3, 1))).toBe(3);
        await withoutWrites(setting, async () => {
          expect(admitted(await admitAll(a, MAX - 1, 2))).toBe(MAX - 1);
          for (let n = 0; n < 3; n += 1) a.left(1);
          await a.admit(3);
          a.left(3);
        });
        const inRedis = (userId: number) => nodes[0].redis.commands.hgetall(nodes[0].redis.key(`sockets:${userId}`));
        await expect
          .poll(() => Promise.all([1, 2, 3].map(inRedis)), { timeout: 5_000 })
          .toEqual([{}, { a: String(MAX - 1) }, {}]);
        expect([await b.admit(2), await b.admit(2)]).toEqual([true, false]);
      },
    );

    test('are counted on each node alone while Redis hangs', async () => {
      const a = countOf(nodes[0]);
      redis.pause();
      try {
        const startedAt = performance.now();
        expect([await a.admit(1), await a.admit(1)]).toEqual([true, true]);
        a.left(1);
        expect(performance.now() - startedAt).toBeLessThan(1_200);
      } finally {
        redis.resume();
      }
    });
  });
});
