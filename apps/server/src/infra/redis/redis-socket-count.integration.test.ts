import { BOUNDS } from '@dream-studio/contracts';
import { describe, expect, test } from 'vitest';
import type { SocketCount } from '../../core/ports.js';
import { redisKinds, type TestNode } from '../../test/redis.js';
import { NO_WRITES, twoRedisNodes } from '../../test/two-redis-nodes.js';
import { createRedisSocketCount } from './redis-socket-count.js';

describe.each(redisKinds)('sockets of a user on Redis %s', (kind) => {
  const system = twoRedisNodes(kind);
  const MAX = BOUNDS.socketsPerUserMax;
  const countOf = ({ redis, bus }: TestNode, others: string[] = ['a', 'b']) =>
    createRedisSocketCount(redis, bus, () => others.filter((nodeId) => nodeId !== bus.nodeId));
  const admitAll = (count: SocketCount, times: number, userId = 1) =>
    Promise.all(Array.from({ length: times }, () => count.admit(userId)));
  const admitted = (answers: boolean[]) => answers.filter(Boolean).length;

  test('are counted over nodes, and what is gone makes room', async () => {
    const [a, b] = [countOf(system.nodes[0]), countOf(system.nodes[1])];
    expect(admitted(await admitAll(a, MAX - 5))).toBe(MAX - 5);
    expect(admitted(await admitAll(b, 5))).toBe(5);
    expect([await a.admit(1), await b.admit(1), await b.admit(2)]).toEqual([false, false, true]);
    a.left(1);
    await expect.poll(() => b.admit(1)).toBe(true);
    expect(await a.admit(1)).toBe(false);
  });

  test('of a node that is dead count for nothing', async () => {
    const [a, b] = [countOf(system.nodes[0]), countOf(system.nodes[1], [])];
    expect(admitted(await admitAll(a, MAX))).toBe(MAX);
    expect(await b.admit(1)).toBe(true);
  });

  test('that come at the same moment, on both nodes, are let in as far as there is room', async () => {
    const counts = [countOf(system.nodes[0]), countOf(system.nodes[1])];
    const all = await Promise.all(counts.map((count) => admitAll(count, MAX)));
    expect(admitted(all.flat())).toBe(MAX);
  });

  test.each(NO_WRITES)(
    'are counted on each node alone while Redis takes no writes (%s), and over nodes when it does again',
    async (setting) => {
      const [a, b] = [countOf(system.nodes[0]), countOf(system.nodes[1])];
      expect(admitted(await admitAll(a, 3, 1))).toBe(3);
      await system.withoutWrites(setting, async () => {
        expect(admitted(await admitAll(a, MAX - 1, 2))).toBe(MAX - 1);
        for (let n = 0; n < 3; n += 1) a.left(1);
        await a.admit(3);
        a.left(3);
      });
      const inRedis = (userId: number) =>
        system.nodes[0].redis.commands.hgetall(system.nodes[0].redis.key(`sockets:${userId}`));
      await expect
        .poll(() => Promise.all([1, 2, 3].map(inRedis)), { timeout: 5_000 })
        .toEqual([{}, { a: String(MAX - 1) }, {}]);
      expect([await b.admit(2), await b.admit(2)]).toEqual([true, false]);
    },
  );

  test('are counted on each node alone while Redis hangs', async () => {
    const a = countOf(system.nodes[0]);
    system.redis.pause();
    try {
      const startedAt = performance.now();
      expect([await a.admit(1), await a.admit(1)]).toEqual([true, true]);
      a.left(1);
      expect(performance.now() - startedAt).toBeLessThan(1_200);
    } finally {
      system.redis.resume();
    }
  });
});
