import { BOUNDS } from '@dream-studio/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SocketCount } from '../../core/ports.js';
import { redisKinds, type TestNode } from '../../test/redis.js';
import { NO_WRITES, twoRedisNodes } from '../../test/two-redis-nodes.js';
import { createRedisSocketCount } from './redis-socket-count.js';

describe.each(redisKinds)('sockets of a user on Redis %s', (kind) => {
  const system = twoRedisNodes(kind);
  const MAX = BOUNDS.socketsPerUserMax;
  /** What each count does when its node is to write again what it has. */
  const rewrites: (() => void)[] = [];
  beforeEach(() => void rewrites.splice(0));
  const countOf = ({ redis, bus }: TestNode, others: string[] = ['a', 'b']) =>
    createRedisSocketCount(redis, bus, {
      liveNodes: () => others.filter((nodeId) => nodeId !== bus.nodeId),
      onRewrite: (listener) => void rewrites.push(listener),
    });
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

  test('that were turned away are not counted, though one that was asked for after them was let in', async () => {
    const [first, second] = system.nodes;
    // Over one connection, so that Redis hears all in this order.
    const [a, b] = [countOf(first), countOf({ ...second, redis: first.redis })];
    await admitAll(b, 5);
    const asked = admitAll(a, MAX - 4);
    for (let n = 0; n < 2; n += 1) b.left(1);
    const last = a.admit(1);
    expect([admitted(await asked), await last]).toEqual([MAX - 5, true]);
    const { commands, key } = first.redis;
    await expect.poll(() => commands.hgetall(key('sockets:1'))).toEqual({ a: String(MAX - 4), b: '3' });
  });

  test('are counted after Redis has lost everything: by a node its own at once, and by the others when it has written', async () => {
    const [a, b] = [countOf(system.nodes[0]), countOf(system.nodes[1])];
    const users = Array.from({ length: 1_200 }, (_, n) => n + 1);
    await Promise.all(users.map((userId) => a.admit(userId)));
    await admitAll(a, MAX - 1);
    await system.redis.flush();
    expect([await a.admit(1), await a.admit(2)]).toEqual([false, true]);
    await system.redis.flush();
    for (const rewrite of rewrites) rewrite();
    const { commands, key } = system.nodes[0].redis;
    await expect.poll(() => commands.hget(key('sockets:1200'), 'a')).toBe('1');
    expect([await b.admit(1), await b.admit(2)]).toEqual([false, true]);
  });

  test('are forgotten an hour after a node last wrote them', async () => {
    const a = countOf(system.nodes[0]);
    await a.admit(1);
    const { commands, key } = system.nodes[0].redis;
    await commands.expire(key('sockets:1'), 60);
    for (const rewrite of rewrites) rewrite();
    await expect.poll(() => commands.ttl(key('sockets:1'))).toBeGreaterThan(3_500);
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
