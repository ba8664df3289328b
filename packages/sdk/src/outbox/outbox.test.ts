import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createChatClient } from '../client.js';
import { ChatError } from '../errors.js';
import { fakeStorage } from '../test/outbox-fakes.js';
import { createTestServer } from '../testing/index.js';
import type { OutboxStorage } from './storage.js';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const [ANN, BOB] = [1, 2];
/** Bodies of requests are read by the platform, which no fake timer moves. */
const tick = setImmediate;
const pass = async (ms = 10_000) => {
  for (let step = 0; step < 20; step++) {
    await vi.advanceTimersByTimeAsync(ms / 20);
    await new Promise((resolve) => tick(resolve));
  }
};
const eventually = (assert: () => void) =>
  vi.waitFor(
    async () => {
      await pass(500);
      assert();
    },
    { timeout: 20_000, interval: 1 },
  );

/** A server, a room of Ann's and Bob's, and clients on one storage. */
const start = (storage?: OutboxStorage) => {
  const fake = fakeStorage();
  const server = createTestServer();
  const { id: roomId } = server.addRoom({ members: [ANN, BOB] });
  const clientOf = (userId: number, more: { getToken?: () => string } = {}) =>
    createChatClient({ ...server.connectAs(userId), outbox: storage ?? fake.storage, ...more });
  const stored = () => server.state.messages(roomId).map(({ senderId, content }) => `${senderId}: ${content}`);
  const shown = (chat: ReturnType<typeof clientOf>) =>
    chat
      .room(roomId)
      .get()
      .messages.map(({ content, status, error }) => [content, status, error?.code].filter(Boolean).join(' '));
  return { server, roomId, clientOf, stored, shown, contents: fake.contents, [Symbol.dispose]: () => server.close() };
};

test('a client that is only made asks nothing of the storage and the browser', async () => {
  const touched = vi.fn();
  vi.stubGlobal('indexedDB', { open: touched });
  vi.stubGlobal('IDBKeyRange', { bound: touched });
  vi.stubGlobal('navigator', { locks: { request: touched } });
  vi.stubGlobal('BroadcastChannel', touched);
  using world = start();
  const { outbox: _, ...options } = world.server.connectAs(ANN);
  const chat = createChatClient(options);
  chat.room(world.roomId).get();
  chat.close();
  await pass();
  expect(touched).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

describe('messages that could not be sent', () => {
  test('are sent in order by the next client, which shows them before it has a connection', async () => {
    using world = start();
    const first = world.clientOf(ANN);
    await first.connect();
    world.server.faults.goDown();
    for (const text of ['one', 'two', 'three']) first.room(world.roomId).send(text);
    await pass();
    first.close();
    const next = world.clientOf(ANN);
    void next.connect();
    await pass(0);
    expect(world.shown(next).map((line) => line.split(' ')[0])).toEqual(['one', 'two', 'three']);
    world.server.faults.comeUp();
    await eventually(() => expect(world.stored()).toEqual(['1: one', '1: two', '1: three']));
    await eventually(() => expect(world.contents()).toEqual([]));
    next.close();
  });

  test('wait for connect() after close(), with no timer', async () => {
    using world = start();
    const chat = world.clientOf(ANN);
    world.server.faults.goDown();
    chat.room(world.roomId).send('one');
    await pass();
    chat.close();
    chat.room(world.roomId).send('two');
    world.server.faults.comeUp();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
    expect(world.stored()).toEqual([]);
    expect(world.shown(chat)).toEqual(['one queued UNAVAILABLE', 'two queued']);
    await chat.connect();
    await eventually(() => expect(world.stored()).toEqual(['1: one', '1: two']));
    chat.close();
  });

  test('for good are still there with their error, to be discarded', async () => {
    using world = start();
    world.server.call(ANN, 'room.archive', { roomId: world.roomId });
    const first = world.clientOf(ANN);
    first.room(world.roomId).send('too late');
    await eventually(() => expect(world.shown(first)).toEqual(['too late failed CONFLICT']));
    first.close();
    const next = world.clientOf(ANN);
    await next.connect();
    await eventually(() => expect(world.shown(next)).toEqual(['too late failed CONFLICT']));
    const [line] = next.room(world.roomId).get().messages;
    expect(line).toMatchObject({ content: 'too late', status: 'failed', error: { code: 'CONFLICT' } });
    expect(line?.error).toBeInstanceOf(ChatError);
    expect(next.unsent.get()).toEqual([line]);
    expect(next.unsent.get()).toBe(next.unsent.get());
    next.room(world.roomId).discard(line?.clientId as string);
    await eventually(() => expect([world.shown(next), world.contents()]).toEqual([[], []]));
    next.close();
  });

  test('without a token are sent once there is one', async () => {
    using world = start();
    const { getToken } = world.server.connectAs(ANN);
    let isDown = true;
    const chat = world.clientOf(ANN, {
      getToken: () => {
        if (isDown) throw new Error('The host app is down');
        return getToken();
      },
    });
    chat.room(world.roomId).send('one');
    chat.room(world.roomId).send('two');
    await pass();
    expect(world.shown(chat)).toEqual(['one queued', 'two queued']);
    isDown = false;
    await eventually(() => expect(world.stored()).toEqual(['1: one', '1: two']));
    chat.close();
  });
});

describe('another user', () => {
  test('of the same storage neither sees nor sends them; who comes back does', async () => {
    using world = start();
    world.server.faults.goDown();
    const ann = world.clientOf(ANN);
    ann.room(world.roomId).send('mine');
    await pass();
    ann.close();
    world.server.faults.comeUp();
    const bob = world.clientOf(BOB);
    await bob.connect();
    await pass();
    expect([world.shown(bob), world.stored()]).toEqual([[], []]);
    bob.close();
    const again = world.clientOf(ANN);
    await again.connect();
    await eventually(() => expect(world.stored()).toEqual(['1: mine']));
    again.close();
  });

  test.each([
    ['over HTTP', false],
    ['with a connection', true],
  ])('of the same client does not send what the last one wrote, and sends as themselves: %s', async (_, connected) => {
    using world = start();
    const tokens = [ANN, BOB].map((userId) => world.server.connectAs(userId).getToken);
    let now = 0;
    const chat = world.clientOf(ANN, { getToken: () => tokens[now]?.() ?? '' });
    if (connected) await chat.connect();
    const end = world.server.faults.fail('message.create', 'UNAVAILABLE', { times: Number.POSITIVE_INFINITY });
    chat.room(world.roomId).send('of Ann');
    await pass(100);
    // The next try asks for a token, and it is about Bob.
    now = 1;
    world.server.faults.expireToken(ANN);
    end();
    await pass();
    expect(chat.me.get()?.id).toBe(BOB);
    expect(world.shown(chat)).toEqual([]);
    chat.room(world.roomId).send('of Bob');
    await eventually(() => expect(world.stored()).toEqual(['2: of Bob']));
    chat.close();
  });
});

describe('a storage that', () => {
  const never = () => new Promise<never>(() => undefined);
  test.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('QuotaExceededError'))],
    [
      'throws',
      () => {
        throw new Error('SecurityError');
      },
    ],
    ['never answers', never],
  ])('%s costs nothing but the next start', async (_, fail) => {
    using world = start({ load: fail, put: fail, remove: fail });
    const chat = world.clientOf(ANN);
    await chat.connect();
    world.server.faults.goDown();
    chat.room(world.roomId).send('one');
    chat.room(world.roomId).send('two');
    await pass();
    chat.close();
    world.server.faults.comeUp();
    await chat.connect();
    await eventually(() => expect(world.stored()).toEqual(['1: one', '1: two']));
    chat.close();
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });
});
