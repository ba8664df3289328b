import { type ChatClient, createChatClient, type LiveRoom } from '@dream-studio/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PATIENCE_MS, startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { type OpenSocket, openSocket } from '../../packages/sdk/src/socket.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ compose: { beatMs: 500 } });
});
afterAll(() => app.close());

/** Sockets that lose events on their way in; `lose` says which. */
const lossySocket =
  (lose: (event: string, payload: unknown) => boolean): OpenSocket =>
  (...args) => {
    const socket = openSocket(...args);
    const on: typeof socket.on = (event, listener) =>
      socket.on(event, (payload) => {
        if (!lose(event, payload)) (listener as (payload: unknown) => void)(payload);
      });
    return new Proxy(socket, {
      get: (target, key) => {
        if (key === 'on') return on;
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };

const isSameAsFresh = async (room: LiveRoom, fresh: ChatClient) => {
  const { items } = await fresh.messages.list({ roomId: room.id, limit: 100 });
  const { items: members } = await fresh.members.list({ roomId: room.id, limit: 100 });
  const snapshot = room.get();
  expect(snapshot.messages).toMatchObject(items.reverse());
  expect(snapshot).toMatchObject({ members, room: await fresh.rooms.get({ roomId: room.id }) });
};
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: PATIENCE_MS, interval: 100 });

test('whatever events a socket loses, the room ends as it is stored, and handlers hear each once, in order', async () => {
  const [ann, bob, cid] = [await app.client('Ann'), await app.client('Bob'), await app.client('Cid')];
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  let count = 0;
  const chat = createChatClient({
    url: app.url,
    token: bob.token,
    // Two of three, and the last ones.
    openSocket: lossySocket((event) => /^(message|member|room|call):(?!seq)/.test(event) && ++count % 3 > 0),
  });
  const heard: number[] = [];
  for (const event of ['message:new', 'message:edited', 'message:deleted', 'member:added', 'room:updated'] as const) {
    chat.on(event, ({ seq }: { seq: number }) => heard.push(seq));
  }
  await chat.connect();
  const room = chat.room(roomId);
  room.open();
  await eventually(async () => expect(room.get()).toMatchObject({ status: 'ready', members: { length: 2 } }));

  for (let n = 0; n < 20; n++) {
    const { id: messageId } = await ann.messages.create({ roomId, content: `Message ${n}` });
    if (n % 4 === 1) await ann.messages.edit({ messageId, content: `Edited ${n}` });
    if (n % 4 === 3) await ann.messages.delete({ messageId });
    if (n % 5 === 2) await bob.rooms.markRead({ roomId, seq: n });
  }
  await ann.members.add({ roomId, userIds: [cid.userId] });
  await ann.rooms.update({ roomId, name: 'Crew' });

  await eventually(() => isSameAsFresh(room, bob));
  expect(heard).toEqual(Array.from({ length: room.get().room?.seq ?? 0 }, (_, n) => n + 1));
  chat.close();
});

test('a log that is told in parts is put together', async () => {
  const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  let isLost = true;
  const chat = createChatClient({
    url: app.url,
    token: bob.token,
    openSocket: lossySocket((event) => isLost && (event === 'message:new' || event === 'room:seq')),
  });
  await chat.connect();
  const room = chat.room(roomId);
  room.open();
  await eventually(async () => expect(room.get().status).toBe('ready'));
  // Answers hold about 256 kB.
  const content = 'x'.repeat(3_900);
  for (let n = 0; n < 100; n++) await ann.messages.create({ roomId, content: `${n} ${content}` });
  expect(room.get().messages).toEqual([]);
  isLost = false;
  await ann.messages.create({ roomId, content: 'last' });
  await eventually(async () => expect(room.get().messages).toHaveLength(101));
  expect(room.get().room).toMatchObject({ seq: 101, unread: 101 });
  chat.close();
});
