import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryHub, MemoryPresence } from '../test/memory-nodes.js';
import { EVERYONE } from './channels.js';
import { Elsewhere } from './elsewhere.js';
import { LEASE_MS, Peers } from './peers.js';
import { PresenceAnnouncer } from './presence.js';
import { PresenceRegistry } from './presence-registry.js';

const ANN = 1;
const BOB = 2;
const ROOM = 5;
/** Users from here on are members of nothing in the beginning. */
const STRANGERS = 10;
const GRACE_MS = 5_000;
/** Within this a node that is gone is known to be. */
const GONE_MS = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms = 5) => vi.advanceTimersByTimeAsync(ms);

/** Nodes that share a store and a bus. Everyone who is no stranger is a member of room 5. */
function startNodes() {
  const hub = createMemoryHub();
  const store = new MemoryPresence(LEASE_MS);
  const quiet = vi.fn();
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

  const node = (nodeId: string) => {
    const bus = hub.node(nodeId);
    // The publisher does.
    void bus.subscribe([EVERYONE]);
    const elsewhere = new Elsewhere();
    const registry = new PresenceRegistry(elsewhere);
    const told: string[] = [];
    const publisher = {
      publish(emissions: readonly { event: string; payload: object; audience: { users?: readonly number[] } }[]) {
        for (const { event, payload, audience } of emissions) {
          const { userId } = payload as { userId?: number };
          // To those of this node who are someone else's sockets: the user's own are told all the same.
          const others = (audience.users ?? [0]).filter((one) => one !== userId);
          if (others.length > 0) told.push(`${event} ${userId ?? ''}`);
        }
      },
    };
    const dropped: number[] = [];
    const nodeGone = vi.fn();
    const announcer = new PresenceAnnouncer({
      registry,
      elsewhere,
      publisher,
      everywhere: publisher,
      log,
      rooms: async (userId) => (userId < STRANGERS ? [{ roomId: ROOM, seq: 0 }] : []),
      learn() {},
      lastDisconnected: (userId) => void dropped.push(userId),
      markSeen: async () => new Date(),
    });
    const peers = new Peers({
      bus,
      store: store.of(nodeId),
      elsewhere,
      log,
      isLocal: (roomId) => registry.onlineIn(roomId).size > 0,
      own: () => announcer.own(),
      listener: announcer,
      nodeGone,
    });
    announcer.join(peers);
    return {
      bus,
      registry,
      elsewhere,
      announcer,
      peers,
      dropped,
      nodeGone,
      async connect(userId: number, socketId: string) {
        await announcer.expect(userId);
        announcer.connected(userId, socketId);
        await pass();
      },
      async disconnect(userId: number, socketId: string) {
        announcer.disconnected(userId, socketId, []);
        await pass(GRACE_MS + 5);
      },
      /** What was told since last asked. */
      news: () => told.splice(0),
      online: async () => [...new Set([...registry.onlineIn(ROOM), ...(await peers.onlineIn(ROOM))])].toSorted(),
      /** kill -9 */
      die() {
        dead.add(nodeId);
        announcer.close();
        bus.close();
        bus.setUp(false);
      },
    };
  };
  const dead = new Set<string>();
  const of = store.of.bind(store);
  vi.spyOn(store, 'of').mockImplementation((nodeId) => {
    const own = of(nodeId);
    const unlessDead =
      <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (dead.has(nodeId)) throw new Error('dead');
        return work(...args);
      };
    return {
      write: unlessDead(own.write),
      read: unlessDead(own.read),
      beat: unlessDead(own.beat),
      leave: unlessDead(own.leave),
    };
  });
  return { hub, store, node };
}

async function startTwo() {
  const system = startNodes();
  const [a, b] = [system.node('a'), system.node('b')];
  await pass();
  return { ...system, a, b };
}

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
  expect([await isOnline(BOB), await isOnline(STRANGERS), a.nodeGone.mock.calls]).toEqual([true, false, []]);
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
  expect([a.news(), a.dropped, a.nodeGone.mock.calls]).toEqual([[], [], []]);
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
  expect([a.news(), a.dropped, a.nodeGone.mock.calls.length]).toEqual([[], [], 1]);
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
  expect(a.nodeGone).toHaveBeenCalledOnce();
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
  store.before = (operation) => (operation === 'read' ? new Promise((resolve) => reads.push(resolve)) : undefined);
  const readAgain = async () => {
    a.bus.setUp(false);
    a.bus.setUp(true);
    await pass(3_005);
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

test('what a node has is written again before it is forgotten', async () => {
  const { b, store } = await startTwo();
  await b.connect(BOB, 'b1');
  // Redis forgets a room that nobody writes about.
  store.entries.clear();
  await pass(60 * 60_000);
  expect(store.entries.size).toBe(1);
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
