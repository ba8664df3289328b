import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pass, ROOM, STRANGERS, startTwo } from '../test/presence-nodes.js';

const ANN = 1;
const BOB = 2;
/** Within this a node that is gone is known to be. */
const GONE_MS = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a user is online with the first socket on any node, and offline with the last', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  expect([a.news(), b.news()]).toEqual([[`user:online ${BOB}`], []]);
  expect([await a.online(), await b.online()]).toEqual([
    [ANN, BOB],
    [ANN, BOB],
  ]);

  await a.connect(BOB, 'b2');
  await a.disconnect(BOB, 'b2');
  await a.connect(BOB, 'b3');
  await b.disconnect(BOB, 'b1');
  expect([a.news(), b.news(), await a.online()]).toEqual([[], [], [ANN, BOB]]);
  await a.disconnect(BOB, 'b3');
  expect([a.news(), await a.online()]).toEqual([[`user:offline ${BOB}`], [ANN]]);
});

test('who has been online for long is told as coming to those whom they meet in a new room: these may have entered it before', async () => {
  const { a, b } = await startTwo();
  const [cid, dan] = [STRANGERS, STRANGERS + 1];
  await a.connect(cid, 'a1');
  await b.connect(dan, 'b1');
  b.announcer.memberAdded(dan, 6);
  await pass();
  expect([...(await b.peers.onlineIn(6)), ...b.news()]).toEqual([]);
  a.announcer.memberAdded(cid, 6);
  await pass();
  expect([...(await b.peers.onlineIn(6)), ...b.news()]).toEqual([cid, `user:online ${cid}`]);
});

test('whoever comes knows who is online elsewhere, and is not told of it', async () => {
  const { a, b } = await startTwo();
  await b.connect(BOB, 'b1');
  await a.connect(ANN, 'a1');
  expect(a.announcer.onlineFor(ANN)).toEqual([ANN, BOB]);
  expect([a.news(), b.news()]).toEqual([[], [`user:online ${ANN}`]]);
});

test('a node without anyone in the room asks the store', async () => {
  const { a, b } = await startTwo();
  await b.connect(BOB, 'b1');
  expect(await a.online()).toEqual([BOB]);
  expect(await a.peers.isOnlineIn(ROOM, BOB)).toBe(true);
  a.bus.setUp(false);
  expect(await a.online()).toEqual([]);
  await expect(a.peers.isOnlineIn(ROOM, BOB)).rejects.toThrow();
});

test('who cannot be read of is neither online nor not', async () => {
  const { a, b, store } = await startTwo();
  await b.connect(BOB, 'b1');
  store.before = (operation) => {
    if (operation === 'read') throw new Error('no store');
  };
  await expect(a.peers.isOnlineIn(ROOM, BOB)).rejects.toThrow('no store');
  expect(await a.online()).toEqual([]);
});

test('views: the first node to show a room and the last not to', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(ANN, 'a2');
  expect(a.announcer.enter(ROOM, ANN, 'a1')).toBe(true);
  await pass();
  expect(b.announcer.enter(ROOM, ANN, 'a2')).toBe(false);
  await pass();
  expect(a.announcer.exit(ROOM, ANN, 'a1')).toBe(false);
  await pass();
  expect(b.announcer.exit(ROOM, ANN, 'a2')).toBe(true);
});

test('who is no member any more is not told offline, on any node', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  a.news();
  // As the log tells each of them.
  for (const { announcer } of [a, b]) announcer.memberRemoved(BOB, ROOM);
  await pass();
  expect([a.news(), await a.online(), await b.online()]).toEqual([[], [ANN], [ANN]]);
  expect([...store.entries.values()].map(({ userId }) => userId)).toEqual([ANN]);
});

test('what is heard while a room is being read counts over what is read, also with two reads under way', async () => {
  const { a, b, store } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  a.news();
  // Each has read once more what it may have asked for before the other had written it.
  await pass(5_005);
  const reads: (() => void)[] = [];
  const readAgain = async () => {
    // What it has written itself a node reads at once.
    store.before = () => {};
    a.bus.setUp(false);
    a.bus.setUp(true);
    await pass();
    store.before = (operation, nodeId) =>
      operation === 'read' && nodeId === 'a' ? new Promise((resolve) => reads.push(resolve)) : undefined;
    await pass(3_000);
  };
  await readAgain();
  const then = new Map(store.entries);
  await b.disconnect(BOB, 'b1');
  const since = new Map(store.entries);
  await readAgain();
  expect([reads.length, a.news()]).toEqual([2, [`user:offline ${BOB}`]]);
  // The first has seen BOB, the second has not.
  for (const [index, seen] of [then, since].entries()) {
    store.entries.clear();
    for (const [key, entry] of seen) store.entries.set(key, entry);
    reads[index]?.();
    await pass();
  }
  expect([a.news(), await a.online()]).toEqual([[], [ANN]]);
});

test('whoever comes while the store cannot be read is told who is there as soon as it can', async () => {
  const { a, b, store } = await startTwo();
  await b.connect(BOB, 'b1');
  store.before = (operation) => {
    if (operation === 'read') throw new Error('no store');
  };
  await a.connect(ANN, 'a1');
  expect(a.announcer.onlineFor(ANN)).toEqual([ANN]);
  store.before = () => {};
  a.bus.setUp(true);
  await pass(GONE_MS);
  expect(a.news()).toEqual([`user:online ${BOB}`]);
});

test('a room without a member here is let go of, and one with a member is not', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  await b.connect(BOB, 'b1');
  expect(a.bus.channels.has(`room:${ROOM}`)).toBe(true);
  await pass(GONE_MS);
  expect(a.bus.channels.has(`room:${ROOM}`)).toBe(true);
  await a.disconnect(ANN, 'a1');
  await pass(GONE_MS);
  expect(a.bus.channels.has(`room:${ROOM}`)).toBe(false);
  expect([...a.elsewhere.places({})]).toEqual([]);
  await a.connect(ANN, 'a2');
  expect(a.announcer.onlineFor(ANN)).toEqual([ANN, BOB]);
});

test('closed, it leaves no timer', async () => {
  const { a, b } = await startTwo();
  await a.connect(ANN, 'a1');
  for (const { bus, peers, announcer } of [a, b]) {
    bus.setUp(false);
    bus.setUp(true);
    announcer.close();
    await Promise.all([peers.close(), pass()]);
  }
  expect(vi.getTimerCount()).toBe(0);
});
