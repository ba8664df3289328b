import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryHub, MemoryPresence } from '../test/memory-nodes.js';
import { createPresenceOutbox, type OwnChange } from './presence-outbox.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const change = (userId: number, roomId: number, isPresent: boolean, more: Partial<OwnChange> = {}): OwnChange => ({
  roomId,
  userId,
  isPresent,
  isView: false,
  isOnline: true,
  socketId: 's',
  at: '2030-01-01T00:00:00.000Z',
  ...more,
});

function start() {
  const hub = createMemoryHub();
  const bus = hub.node('a');
  const store = new MemoryPresence(15_000);
  store.leases.set('a', Number.POSITIVE_INFINITY);
  const debug = vi.fn();
  const outbox = createPresenceOutbox({
    bus,
    store: store.of('a'),
    log: { debug, info: debug, warn: debug, error: debug },
  });
  const stored = () => [...store.entries.values()].map(({ roomId, userId, isView }) => [roomId, userId, isView]);
  const flush = () => vi.advanceTimersByTimeAsync(1);
  return { hub, bus, store, outbox, stored, flush };
}

test('what changes in one turn is written and told together, each user once', async () => {
  const { outbox, hub, stored, flush } = start();
  outbox.mayWrite();
  for (const roomId of [1, 2]) outbox.put(change(7, roomId, true));
  outbox.put(change(8, 1, true, { isView: true }));
  expect(hub.said).toEqual([]);
  await flush();
  expect(stored()).toEqual([
    [1, 7, false],
    [2, 7, false],
    [1, 8, true],
  ]);
  expect(hub.said.map(({ channel, message }) => [channel, message])).toEqual([
    ['room:1', { views: [{ roomId: 1, userId: 8, isPresent: true }] }],
    [
      'all',
      {
        users: [
          { userId: 7, isOnline: true, socketId: 's', at: '2030-01-01T00:00:00.000Z', added: [1, 2], removed: [] },
        ],
      },
    ],
  ]);
});

test('only the last change of anything counts, with what is true of the user then', async () => {
  const { outbox, hub, stored, flush } = start();
  outbox.mayWrite();
  outbox.put(change(7, 1, true));
  outbox.put(change(7, 2, true));
  outbox.put(change(7, 1, false, { isOnline: false, socketId: '' }));
  await flush();
  expect(stored()).toEqual([[2, 7, false]]);
  expect(hub.said).toMatchObject([
    { message: { users: [{ userId: 7, isOnline: false, socketId: '', added: [2], removed: [1] }] } },
  ]);
});

test('it is in the store before anyone is told', async () => {
  const { outbox, hub, bus, store, flush } = start();
  const seen: number[] = [];
  const other = hub.node('b');
  await other.subscribe(['all']);
  other.onMessage(() => seen.push(store.entries.size));
  outbox.mayWrite();
  let letGo = () => {};
  store.before = () => new Promise<void>((resolve) => (letGo = resolve));
  outbox.put(change(7, 1, true));
  await flush();
  expect(seen).toEqual([]);
  letGo();
  await flush();
  expect(seen).toEqual([1]);
  bus.close();
});

test('without a lease nothing is written, and nothing is lost', async () => {
  const { outbox, stored, flush } = start();
  outbox.put(change(7, 1, true));
  await flush();
  expect(stored()).toEqual([]);
  outbox.mayWrite();
  await flush();
  expect(stored()).toHaveLength(1);
  outbox.mustWait();
  outbox.put(change(8, 1, true));
  await flush();
  expect(stored()).toHaveLength(1);
});

test('what cannot be written is kept, unless something newer is, and nobody is told of it before', async () => {
  const { outbox, hub, bus, store, stored, flush } = start();
  outbox.mayWrite();
  let fail = true;
  store.before = async () => {
    if (!fail) return;
    outbox.put(change(8, 1, true));
    throw new Error('no store');
  };
  outbox.put(change(7, 1, true));
  outbox.put(change(8, 1, false));
  await flush();
  expect([bus.isUp(), stored(), hub.said]).toEqual([false, [], []]);
  fail = false;
  bus.setUp(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(stored().toSorted()).toEqual([
    [1, 7, false],
    [1, 8, false],
  ]);
});

test('what is refused is kept, and tried again now and then: the others are heard all the same', async () => {
  const { outbox, hub, bus, store, stored, flush } = start();
  outbox.mayWrite();
  const before = vi.fn();
  store.before = before;
  store.takesWrites = false;
  for (let userId = 1; userId <= 20; userId += 1) {
    outbox.put(change(userId, 1, true));
    await vi.advanceTimersByTimeAsync(500);
  }
  expect([bus.isUp(), stored(), hub.said]).toEqual([true, [], []]);
  expect([before.mock.calls.length > 2, before.mock.calls.length < 8]).toEqual([true, true]);
  store.takesWrites = true;
  outbox.mayWrite();
  await flush();
  expect([stored().length, hub.said.length]).toEqual([20, 1]);
});

test('many changes are written in parts, and closing waits for them and leaves no timer', async () => {
  const { outbox, bus, store, stored, flush } = start();
  outbox.mayWrite();
  const before = vi.fn();
  store.before = before;
  for (let userId = 1; userId <= 2_500; userId += 1) outbox.put(change(userId, 1, true));
  await flush();
  expect([stored().length, before.mock.calls.length]).toEqual([2_500, 3]);
  store.before = async () => {
    throw new Error('no store');
  };
  outbox.put(change(1, 1, false));
  await Promise.all([outbox.close(), flush()]);
  expect([bus.isUp(), vi.getTimerCount()]).toEqual([false, 0]);
});
