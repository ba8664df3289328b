import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startRedis } from '../../../../../scripts/lib/redis.js';
import { redisCommand } from '../../../../../scripts/lib/redis-command.js';
import {
  quiet,
  redisKinds,
  startTestNode,
  startTestRedis,
  type TestNode,
  type TestRedis,
  whenUp,
} from '../../test/redis.js';
import { startTcpProxy } from '../../test/tcp-proxy.js';
import { connectRedis } from './connection.js';
import { slotOf } from './echo-channels.js';
import { RedisBus } from './redis-bus.js';
import { createRedisPresenceStore } from './redis-presence-store.js';

const PATIENCE_MS = 10_000;

// The tag {x} keeps channels on one server of a cluster: between servers there is no order.

describe.each(redisKinds)('the bus over Redis %s', (kind) => {
  let redis: TestRedis;
  const nodes: TestNode[] = [];
  beforeAll(async () => {
    redis = await startTestRedis(kind);
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node[Symbol.asyncDispose]();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());

  const start = async (nodeId: string, prefix = 'test:') => {
    const node = await startTestNode({ ...redis.settings, prefix }, nodeId);
    nodes.push(node);
    const heard: unknown[] = [];
    node.bus.onMessage((channel, from, message) => heard.push([channel, from, message]));
    return { ...node, heard };
  };
  /** What is said last has come: all that was said before has. */
  const settled = async (from: { bus: RedisBus }, to: { bus: RedisBus; heard: unknown[] }) => {
    await to.bus.subscribe(['{x}last']);
    from.bus.send('{x}last', 'said');
    await expect.poll(() => to.heard.at(-1), { timeout: PATIENCE_MS }).toEqual(['{x}last', from.bus.nodeId, 'said']);
    to.heard.pop();
  };

  test('what a node says on a channel comes in order, once, to all others that listen and to no one else', async () => {
    const [a, b, c] = [await start('a'), await start('b'), await start('c')];
    await Promise.all([a, b].map(({ bus }) => bus.subscribe(['{x}one', '{x}two'])));
    for (let n = 0; n < 300; n += 1) {
      a.bus.send('{x}one', n);
      if (n % 50 === 0) await new Promise(setImmediate);
      if (n % 3 === 0) c.bus.send('{x}two', { n });
    }
    await expect.poll(() => b.heard.length, { timeout: PATIENCE_MS }).toBe(400);
    const of = (name: string) => b.heard.filter((one) => (one as string[])[0] === name);
    expect(of('{x}one')).toEqual(Array.from({ length: 300 }, (_, n) => ['{x}one', 'a', n]));
    expect(of('{x}two')).toEqual(Array.from({ length: 100 }, (_, n) => ['{x}two', 'c', { n: 3 * n }]));
    await settled(b, c);
    expect([a.heard.length, c.heard]).toEqual([100, []]);
  });

  test('a channel is heard from when it is subscribed to until it is not', async () => {
    const [a, b] = [await start('a'), await start('b')];
    a.bus.send('{x}one', 'before');
    await settled(a, b);
    await b.bus.subscribe(['{x}one']);
    a.bus.send('{x}one', 'while');
    await settled(a, b);
    b.bus.unsubscribe(['{x}one']);
    a.bus.send('{x}one', 'after');
    await settled(a, b);
    expect(b.heard).toEqual([['{x}one', 'a', 'while']]);
  });

  test('many channels at once, and again after all connections were lost', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const names = Array.from({ length: 2_500 }, (_, n) => `room:${n}`);
    await b.bus.subscribe(names);
    for (const client of [b.redis.commands, b.redis.subscriber]) client.disconnect(true);
    await whenUp(b.bus, false);
    await whenUp(b.bus, true);
    for (const name of names) a.bus.send(name, 1);
    await expect.poll(() => b.heard.length, { timeout: PATIENCE_MS }).toBe(names.length);
  });

  test('what is subscribed to while all channels are being subscribed to again is not forgotten', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await b.bus.subscribe(Array.from({ length: 1_500 }, (_, n) => `room:${n}`));
    // As when something was slow.
    b.bus.suspect();
    await b.bus.subscribe(['early']);
    await whenUp(b.bus, true);
    a.bus.send('early', 1);
    await expect.poll(() => b.heard.splice(0), { timeout: PATIENCE_MS }).toEqual([['early', 'a', 1]]);

    b.redis.subscriber.disconnect(true);
    await whenUp(b.bus, false);
    const names: string[] = [];
    while (!b.bus.isUp()) {
      // Finding a cluster again may take long, and the loop must not keep `a` from hearing anything.
      if (names.length < 2_000) {
        const name = `late:${names.length}`;
        names.push(name);
        await b.bus.subscribe([name]);
      }
      await new Promise(setImmediate);
    }
    for (const name of names) a.bus.send(name, 1);
    await expect.poll(() => b.heard.length, { timeout: PATIENCE_MS }).toBe(names.length);
  });

  test('systems with other prefixes do not hear each other', async () => {
    const [a, b, other] = [await start('a'), await start('b'), await start('c', 'other:')];
    for (const { bus } of [b, other]) await bus.subscribe(['{x}one']);
    a.bus.send('{x}one', 1);
    other.bus.send('{x}one', 2);
    await settled(a, b);
    expect([b.heard, other.heard]).toEqual([[['{x}one', 'a', 1]], []]);
  });

  test('a frozen Redis is found out within 2 s, and nothing said meanwhile is said later', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await b.bus.subscribe(['{x}one']);
    const changes: boolean[] = [];
    a.bus.onChange((isUp) => changes.push(isUp));
    redis.pause();
    try {
      const ms = await whenUp(a.bus, false);
      expect(ms).toBeLessThan(2_100);
      await whenUp(b.bus, false);
      for (let n = 0; n < 10; n += 1) a.bus.send('{x}one', n);
      const startedAt = performance.now();
      await b.bus.subscribe(['{x}two']);
      expect(performance.now() - startedAt).toBeLessThan(1_200);
    } finally {
      redis.resume();
    }
    await Promise.all([a, b].map(({ bus }) => whenUp(bus, true)));
    await settled(a, b);
    a.bus.send('{x}two', 'again');
    await settled(a, b);
    expect([b.heard, changes]).toEqual([[['{x}two', 'a', 'again']], [false, true]]);
  });

  test('a Redis that died is found out at once; with the next one all is as before', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await b.bus.subscribe(['{x}one']);
    await redis.kill();
    expect(await whenUp(a.bus, false)).toBeLessThan(kind === 'cluster' ? 2_100 : 200);
    await whenUp(b.bus, false);
    a.bus.send('{x}one', 'lost');
    if (kind === 'cluster') {
      // Its nodes forget who they are: another cluster.
      await redis[Symbol.asyncDispose]();
      redis = await startTestRedis(kind);
      return;
    }
    await redis.restart();
    await Promise.all([a, b].map(({ bus }) => whenUp(bus, true)));
    a.bus.send('{x}one', 'heard');
    await expect.poll(() => b.heard, { timeout: PATIENCE_MS }).toEqual([['{x}one', 'a', 'heard']]);
  });

  test('what cannot be understood ends nothing', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await b.bus.subscribe(['{x}one']);
    const publish = kind === 'cluster' ? 'spublish' : 'publish';
    for (const text of ['', '{', 'null', '7']) await a.redis.commands[publish]('test:{x}one', text);
    a.bus.send('{x}one', 1);
    await settled(a, b);
    expect(b.heard).toEqual([['{x}one', 'a', 1]]);
  });
});

test('one master of a cluster is not there: the others are not heard, whatever channels are well', async () => {
  await using redis = await startTestRedis('cluster');
  await using a = await startTestNode(redis.settings, 'a');
  for (const server of redis.servers) {
    server.pause();
    try {
      expect(await whenUp(a.bus, false)).toBeLessThan(2_100);
    } finally {
      server.resume();
    }
    await whenUp(a.bus, true);
  }
});

test('after a failover that cut no connection nodes hear each other over the new primary', async () => {
  const settings = [['repl-diskless-sync-delay', '0']] as const;
  const [old, next] = [await startRedis({ settings }), await startRedis({ settings })];
  let primary = old;
  await using proxy = await startTcpProxy(() => primary.port);
  try {
    await redisCommand(next, 'REPLICAOF', '127.0.0.1', String(old.port));
    const proxied = { urls: [`redis://127.0.0.1:${proxy.port}`], isCluster: false, prefix: 'test:' };
    await using a = await startTestNode(proxied, 'a');
    const store = createRedisPresenceStore(a.redis, 'a', 60_000);
    await store.beat();
    const known = () => redisCommand(next, 'ZCARD', 'test:nodes');
    await expect.poll(known, { timeout: PATIENCE_MS }).toBe('1');

    await redisCommand(next, 'REPLICAOF', 'NO', 'ONE');
    await redisCommand(old, 'REPLICAOF', '127.0.0.1', String(next.port));
    // The name still leads to the old one: a node that connects anew is none the better for it, and tries again.
    await expect(store.beat()).rejects.toThrow('READONLY');
    await whenUp(a.bus, false);
    await whenUp(a.bus, true);
    await expect(store.write([{ roomId: 1, userId: 1, isView: false, isPresent: true }])).rejects.toThrow('READONLY');

    primary = next;
    await using b = await startTestNode(proxied, 'b');
    await Promise.all([a, b].map(({ bus }) => whenUp(bus, true, PATIENCE_MS)));
    const heard: unknown[] = [];
    for (const { bus } of [a, b]) {
      bus.onMessage((_channel, from) => heard.push(from));
      await bus.subscribe(['one']);
    }
    for (const { bus } of [a, b]) bus.send('one', 1);
    await expect.poll(() => heard.toSorted(), { timeout: PATIENCE_MS }).toEqual(['a', 'b']);
    expect(await store.beat()).toMatchObject({ wasKnown: true });
    expect(await redisCommand(next, 'PUBSUB', 'NUMSUB', 'test:one')).toMatch(/:2$/);
  } finally {
    await Promise.all([old.stop(), next.stop()]);
  }
});

test('slots are those of Redis Cluster', () => {
  expect([slotOf('key'), slotOf('123456789')]).toEqual([12_539, 12_739]);
});

test('a Redis that was never there keeps nothing waiting and throws nothing', async () => {
  const redis = connectRedis({ urls: ['redis://127.0.0.1:1'], isCluster: false, prefix: 'test:' }, quiet);
  const bus = new RedisBus(redis, 'a', quiet);
  const change = vi.fn();
  bus.onChange(change);
  await bus.subscribe(['{x}one']);
  bus.send('{x}one', 1);
  bus.unsubscribe(['{x}one']);
  bus.suspect();
  expect([bus.isUp(), change.mock.calls]).toEqual([false, []]);
  bus.close();
  redis.close();
});
