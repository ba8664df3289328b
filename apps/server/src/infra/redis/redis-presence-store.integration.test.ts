import { describe, expect, test, vi } from 'vitest';
import { redisKinds, type TestNode } from '../../test/redis.js';
import { NO_WRITES, twoRedisNodes } from '../../test/two-redis-nodes.js';
import { createRedisPresenceStore } from './redis-presence-store.js';

const LEASE_MS = 700;

describe.each(redisKinds)('presence on Redis %s', (kind) => {
  const system = twoRedisNodes(kind);
  const storeOf = ({ redis }: TestNode, nodeId: string, leaseMs = 60_000) =>
    createRedisPresenceStore(redis, nodeId, leaseMs);
  const change = (roomId: number, userId: number, isPresent = true, isView = false) => ({
    roomId,
    userId,
    isPresent,
    isView,
  });

  test('what nodes write is read by all, of many rooms at once', async () => {
    const [a, b] = [storeOf(system.nodes[0], 'a'), storeOf(system.nodes[1], 'b')];
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
    const [a, b] = [storeOf(system.nodes[0], 'a', LEASE_MS), storeOf(system.nodes[1], 'b', LEASE_MS)];
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
    const key = system.nodes[0].redis.key('presence:1');
    await expect.poll(() => system.nodes[0].redis.commands.smembers(key)).toEqual(['7 a']);
    expect(await b.beat()).toMatchObject({ wasKnown: false });
  });

  test('who leaves is gone at once; after a loss of everything a node learns that it is unknown', async () => {
    const [a, b] = [storeOf(system.nodes[0], 'a'), storeOf(system.nodes[1], 'b')];
    for (const store of [a, b]) await store.beat();
    await b.write([change(1, 8)]);
    await b.leave();
    expect((await a.read([1])).get(1)).toEqual([]);
    expect((await a.beat()).live).toEqual(['a']);
    await system.redis.flush();
    expect(await a.beat()).toEqual({ wasKnown: false, live: ['a'] });
  });

  test.each(NO_WRITES)('a Redis that takes no writes (%s) says so, and is read', async (setting) => {
    const a = storeOf(system.nodes[0], 'a');
    await a.beat();
    expect(await a.write([change(1, 7)])).toBe(true);
    await system.withoutWrites(setting, async () => {
      expect(await a.write([change(1, 8)])).toBe(false);
      await expect(a.beat()).rejects.toThrow();
      expect((await a.read([1])).get(1)).toEqual([{ userId: 7, nodeId: 'a', isView: false }]);
    });
  });

  test('a Redis that hangs or is not there makes all of it reject in time', async () => {
    const a = storeOf(system.nodes[0], 'a');
    system.redis.pause();
    try {
      const startedAt = performance.now();
      const all = await Promise.allSettled([a.beat(), a.write([change(1, 7)]), a.read([1]), a.leave()]);
      expect(all.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
      expect(performance.now() - startedAt).toBeLessThan(1_500);
    } finally {
      system.redis.resume();
    }
  });
});
