import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { redisCommand } from '../../../../scripts/lib/redis-command.js';
import { type RedisKind, startTestNode, startTestRedis, type TestNode, type TestRedis, whenUp } from './redis.js';

/** Settings by which Redis takes no writes. */
export const NO_WRITES = ['maxmemory', 'min-replicas-to-write'] as const;

export interface TwoRedisNodes {
  readonly redis: TestRedis;
  readonly nodes: readonly [TestNode, TestNode];
  /** Redis takes no writes while `work` is done; the bus must not care. */
  withoutWrites(setting: (typeof NO_WRITES)[number], work: () => Promise<void>): Promise<void>;
}

/** For the tests of a `describe`: a Redis of their own, emptied after each, and two nodes that hear each other over it. */
export function twoRedisNodes(kind: RedisKind): TwoRedisNodes {
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

  return {
    get redis() {
      return redis;
    },
    get nodes() {
      return nodes;
    },
    async withoutWrites(setting, work) {
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
    },
  };
}
