import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pass, ROOM, STRANGERS, startNodes, startTwo } from '../test/presence-nodes.js';

const ANN = 1;
const BOB = 2;
/** Within this a node that is gone is known to be. */
const GONE_MS = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('who came elsewhere while a node did not hear it is not taken for gone', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await pass(GONE_MS);
  const isOnline = (userId: number) => a.peers.isOnlineIn(ROOM, userId).catch(() => 'unknown');
  expect(await isOnline(BOB)).toBe(false);
  a.bus.setUp(false);
  await b.connect(BOB, 'b1');
  a.bus.setUp(true);
  for (const ms of [0, 5, 2_900]) {
    await pass(ms);
    expect(await isOnline(BOB)).toBe('unknown');
  }
  await pass(200);
  expect([await isOnline(BOB), await isOnline(STRANGERS)]).toEqual([true, false]);
});

test('while the store takes no writes nobody is taken for gone, and what was new is told when it does', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await pass(GONE_MS);
  const isOnline = (userId: number) => a.peers.isOnlineIn(ROOM, userId).catch(() => 'unknown');
  store.takesWrites = false;
  await b.connect(BOB, 'b1');
  await pass(4_000);
  for (let ms = 0; ms < GONE_MS; ms += 1_000) {
    await pass(1_000);
    expect([a.bus.isUp(), b.bus.isUp(), await isOnline(BOB)]).toEqual([true, true, 'unknown']);
  }
  store.takesWrites = true;
  for (let ms = 0; ms < GONE_MS; ms += 100) {
    await pass(100);
    expect(await isOnline(BOB)).not.toBe(false);
  }
  expect([a.news(), b.news(), a.dropped]).toEqual([[`user:online ${BOB}`], [], []]);
  expect([await isOnline(BOB), await isOnline(STRANGERS), a.nodesGone()]).toEqual([true, false, 0]);
});

test('a node whose lease has ended since the store took no writes is not gone for one that still has its own', async () => {
  const { node, store } = startNodes();
  const a = node('a');
  await pass(1_000);
  const b = node('b');
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  // a renewed its lease at 9 s, b at 6 s.
  await pass(8_500);
  store.takesWrites = false;
  await pass(11_000);
  store.takesWrites = true;
  a.news();
  await pass(GONE_MS);
  expect([a.news(), a.dropped, a.nodesGone()]).toEqual([[], [], 0]);
});

test('when the store takes writes again others may have something to say still', async () => {
  const { node, store } = startNodes();
  const a = node('a');
  await pass(1_000);
  const b = node('b');
  await a.connect(ANN, 'a1');
  await pass(7_500);
  store.takesWrites = false;
  await b.connect(BOB, 'b1');
  // Past the time at which a cannot renew its lease, until shortly before it can.
  await pass(4_200);
  store.takesWrites = true;
  const answers: unknown[] = [];
  for (let ms = 0; ms < GONE_MS; ms += 100) {
    answers.push(await a.peers.isOnlineIn(ROOM, BOB).catch(() => 'unknown'));
    await pass(100);
  }
  expect([...new Set(answers)]).toEqual(['unknown', true]);
});

test('a dead node’s users are told offline once, their views left; those who are elsewhere too stay', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  await b.connect(3, 'c1');
  b.announcer.enter(ROOM, BOB, 'b1');
  await a.connect(3, 'c2');
  await pass();
  a.news();
  b.die();
  await pass(GONE_MS);
  expect(a.news().toSorted()).toEqual([`member:left ${BOB}`, `user:offline ${BOB}`]);
  expect(await a.online()).toEqual([ANN, 3]);
  expect(a.dropped).toEqual([BOB]);
  await pass(GONE_MS);
  expect([a.news(), [...a.peers.liveNodes()].includes('b')]).toEqual([[], false]);
});

test('a dead node is told of once, also where nobody knew anything of its users', async () => {
  const { a, b } = await startTwo();
  await b.connect(BOB, 'b1');
  b.die();
  await pass(2 * GONE_MS);
  expect([a.news(), a.dropped, a.nodesGone()]).toEqual([[], [], 1]);
});

test('a node that hears the others now and then only finds out that one is dead all the same', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  a.news();
  b.die();
  for (let ms = 0; ms < GONE_MS; ms += 3_000) {
    a.bus.setUp(false);
    await pass(1_000);
    a.bus.setUp(true);
    await pass(2_000);
  }
  expect(a.news()).toEqual([`user:offline ${BOB}`]);
});

test('a node that ends well tells so: its users are gone some seconds later, unless they have come here', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  await b.connect(3, 'c1');
  a.news();
  b.announcer.close();
  await b.peers.close();
  await a.connect(3, 'c2');
  await pass(4_000);
  expect(a.news()).toEqual([]);
  await pass(8_000);
  expect(a.news()).toEqual([`user:offline ${BOB}`]);
  expect(a.nodesGone()).toBe(1);
});

test('a Redis that has lost everything loses nobody, and nobody is told anything', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  a.news();
  store.flush();
  await pass(GONE_MS);
  expect([a.news(), b.news()]).toEqual([[], []]);
  expect(store.entries.size).toBe(2);
  expect([await a.online(), await b.online()]).toEqual([
    [ANN, BOB],
    [ANN, BOB],
  ]);
});

test('what changed while the others were not heard is told when they are again, and nothing else', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  await b.connect(3, 'c1');
  a.news();
  b.news();
  for (const { bus } of [a, b]) bus.setUp(false);
  store.before = () => {
    throw new Error('no store');
  };
  await b.connect(4, 'd1');
  await b.disconnect(BOB, 'b1');
  expect(a.news()).toEqual([]);
  store.before = () => {};
  store.flush();
  for (const { bus } of [a, b]) bus.setUp(true);
  await pass(GONE_MS);
  expect(a.news().toSorted()).toEqual([`user:offline ${BOB}`, 'user:online 4']);
  expect(await a.online()).toEqual([ANN, 3, 4]);
});

test('who left a node just as it lost the others is gone for them when it hears them again', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  await pass(GONE_MS);
  a.news();
  // What is written then is stored, and not told.
  store.before = (operation) => {
    if (operation === 'write') b.bus.setUp(false);
  };
  await b.disconnect(BOB, 'b1');
  expect([store.entries.size, a.news()]).toEqual([1, []]);
  store.before = () => {};
  b.bus.setUp(true);
  await pass(4_000);
  expect([a.news(), await a.online()]).toEqual([[`user:offline ${BOB}`], [ANN]]);
});

test.each([
  ['some seconds', true],
  ['longer than a lease', false],
])('who is gone stays gone when the store comes back as it was %s before', async (_, hasLeases) => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  b.announcer.enter(ROOM, BOB, 'b1');
  await pass(GONE_MS);
  const before = new Map(store.entries);
  b.announcer.exit(ROOM, BOB, 'b1');
  await b.disconnect(BOB, 'b1');
  // By then the room, with nobody left there, is none of its own.
  await pass(GONE_MS);
  a.news();
  for (const { bus } of [a, b]) bus.setUp(false);
  for (const [key, entry] of before) store.entries.set(key, entry);
  if (!hasLeases) store.leases.clear();
  for (const { bus } of [a, b]) bus.setUp(true);
  await pass(GONE_MS);
  expect([a.news(), await a.online()]).toEqual([[], [ANN]]);
  expect([...store.entries.values()].map(({ userId }) => userId)).toEqual([ANN]);
});

test('while the others are not heard nobody is taken for gone', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  a.news();
  for (const { bus } of [a, b]) bus.setUp(false);
  store.before = () => {
    throw new Error('no store');
  };
  await pass(2 * GONE_MS);
  expect(a.news()).toEqual([]);
  store.before = () => {};
  store.flush();
  for (const { bus } of [a, b]) bus.setUp(true);
  await pass(GONE_MS);
  expect(a.news()).toEqual([]);
  expect(await a.online()).toEqual([ANN, BOB]);
});

test('what a node has is written again before it is forgotten', async () => {
  const { b, store } = await startTwo();
  await b.connect(BOB, 'b1');
  // Redis forgets a room that nobody writes about.
  store.entries.clear();
  await pass(60 * 60_000);
  expect(store.entries.size).toBe(1);
});

test('whatever else a node has in the store is written again when that may be lost, and every half hour', async () => {
  const { a, store } = await startTwo();
  const rewrite = vi.fn();
  a.peers.onRewrite(rewrite);
  await pass(GONE_MS);
  expect(rewrite).toHaveBeenCalledTimes(0);
  store.flush();
  await pass(4_000);
  expect(rewrite).toHaveBeenCalledTimes(1);
  a.bus.setUp(false);
  a.bus.setUp(true);
  await pass();
  expect(rewrite).toHaveBeenCalledTimes(2);
  await pass(35 * 60_000);
  expect(rewrite).toHaveBeenCalledTimes(3);
});

test('a lease that was given up is not had again by what was under way', async () => {
  const { a, store } = await startTwo();
  await a.connect(ANN, 'a1');
  const reads: (() => void)[] = [];
  store.before = (operation) => (operation === 'read' ? new Promise((resolve) => reads.push(resolve)) : undefined);
  await pass(GONE_MS);
  await Promise.all([a.peers.close(), pass()]);
  for (const goOn of reads) goOn();
  await pass();
  expect([...store.leases.keys()]).toEqual(['b']);
});
