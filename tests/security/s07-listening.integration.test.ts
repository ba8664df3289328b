import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { type Caller, call, credentials, emit, newCaller, TRANSPORTS } from '../parity/callers.js';
import { type Ears, listen, ofOthers, roomOf, settled } from './support.js';

const SECRET = 'the secret of the room';

let app: TestApp;
let owner: Caller;
let eve: Caller;
let ears: Ears[];
/** The owner's own, which enter no room. */
let ownerEars: Ears;
let roomId: number;

beforeAll(async () => {
  app = await startTestApp({ env: { production: true } });
  owner = await newCaller(app, TRANSPORTS);
  eve = await newCaller(app, TRANSPORTS);
  roomId = await roomOf(app, owner);
  ownerEars = await listen(app.url, credentials(owner));
  ears = [await listen(app.url, credentials(eve), '/'), await listen(app.url, credentials(eve), '/chat')];
});
afterAll(() => app?.close());

/** Everything there is to overhear in a room, in it and in the lists of rooms. */
async function live(): Promise<void> {
  await call(app, owner, 'socket /', 'room.enter', { roomId });
  const { data } = (await call(app, owner, 'rest', 'message.create', { roomId, content: SECRET })) as never as {
    data: { id: number };
  };
  await call(app, owner, 'socket /', 'message.edit', { messageId: data.id, content: `${SECRET}!` });
  const { data: deletion } = (await call(app, owner, 'rest', 'message.delete', {
    messageId: data.id,
  })) as never as { data: { seq: number } };
  await call(app, owner, 'rest', 'room.markRead', { roomId, seq: deletion.seq });
  await call(app, owner, 'socket /', 'typing.start', { roomId });
  await call(app, owner, 'socket /', 'typing.stop', { roomId });
  const ring = (await call(app, owner, 'rest', 'call.start', { roomId, callType: 'AUDIO' })) as never as {
    data: { callId: number };
  };
  await call(app, owner, 'rest', 'call.end', { callId: ring.data.callId });
  await call(app, owner, 'rest', 'room.update', { roomId, name: SECRET });
  await call(app, owner, 'socket /', 'room.exit', { roomId });
  // It waits for its second; who else was to hear of it has been told by then.
  await ownerEars.inbox.next('room:activity', ({ readSeq }) => readSeq === deletion.seq);
}

/** What Eve's sockets heard that is not about herself. */
async function overheard(): Promise<unknown[]> {
  for (const { socket } of ears) await settled(socket);
  return ears.flatMap((each) =>
    ofOthers(each, eve.userId).filter(({ payload }) => (payload as { userId?: number }).userId !== eve.userId),
  );
}

test('S7: guessing the names of Socket.IO rooms makes nobody a listener', async () => {
  const guesses = [roomId, `room:${roomId}`, `user:${owner.userId}`, [`room:${roomId}`], { room: `room:${roomId}` }];
  for (const { socket } of ears) {
    for (const event of ['join', 'subscribe', 'joinRoom', 'join_room', 'room:join']) {
      for (const guess of guesses) {
        expect((await emit(socket, event, guess)).ok).toBe(false);
        expect((await emit(socket, event, { roomId: guess, userId: owner.userId })).ok).toBe(false);
      }
    }
  }
  // Nor does a namespace of the room's name.
  for (const namespace of [`/room:${roomId}`, `/chat/room:${roomId}`, '/admin']) {
    await expect(listen(app.url, credentials(eve), namespace)).rejects.toThrow('Invalid namespace');
  }
  await live();
  expect(await overheard()).toEqual([]);
});

test('S7: nor do extra fields of the handshake', async () => {
  const auth = { ...credentials(eve), rooms: [`room:${roomId}`], pid: owner.userId, offset: '0' };
  const query = { room: `room:${roomId}`, userId: String(owner.userId) };
  const sly = await listen(app.url, auth, '/', { query });
  await live();
  await settled(sly.socket);
  expect(ofOthers(sly, eve.userId)).toEqual([]);
  sly.socket.disconnect();
});

test('S7: an ex-member hears nothing more of the room, wherever the old sockets look', async () => {
  const mallory = await newCaller(app);
  const old = [
    await listen(app.url, credentials(mallory), '/'),
    await listen(app.url, credentials(mallory), '/'),
    await listen(app.url, credentials(mallory), '/chat'),
  ];
  await call(app, owner, 'rest', 'member.add', { roomId, userIds: [mallory.userId] });
  await emit(old[0]?.socket as Ears['socket'], 'join_room', { roomId });
  await live();
  // Asks for one more activity, and is removed before its second is over.
  await call(app, mallory, 'rest', 'room.markRead', { roomId, seq: 2 });
  await call(app, owner, 'rest', 'member.remove', { roomId, userId: mallory.userId });
  const heard: number[] = [];
  for (const { inbox } of old) {
    await inbox.next('member:removed');
    expect(inbox.received.map(({ event }) => event)).toContain(
      inbox === old[0]?.inbox ? 'message:new' : 'room:activity',
    );
    heard.push(inbox.received.length);
  }
  await live();
  for (const { socket } of old) await settled(socket);
  expect(old.map(({ inbox }) => inbox.received.length)).toEqual(heard);
  for (const { socket } of old) socket.disconnect();
});

test('S7: presence, history, members, calls and search of a room that is not yours give nothing away', async () => {
  const asked = [
    ['room.get', { roomId }],
    ['message.list', { roomId, after: 0 }],
    ['presence.list', { roomId, userIds: [owner.userId] }],
    ['member.list', { roomId }],
    ['call.list', { roomId }],
  ] as const;
  for (const [name, input] of asked) {
    for (const transport of ['rest', 'trpc'] as const) {
      expect(await call(app, eve, transport, name, input)).toMatchObject({ error: { code: 'NOT_A_MEMBER' } });
    }
  }
  const mine = [
    await call(app, eve, 'rest', 'room.list', {}),
    await call(app, eve, 'rest', 'user.search', { q: 'Caller' }),
    await call(app, eve, 'rest', 'user.search', { q: '%' }),
  ];
  for (const answer of mine) expect(answer).toMatchObject({ ok: true, data: { items: [] } });
});

test('S7: coming and going is told only to those who share a room', async () => {
  const heard = (await overheard()).length;
  const newcomer = await newCaller(app, ['socket /']);
  await roomOf(app, newcomer, owner);
  expect((await overheard()).slice(heard)).toEqual([]);
  newcomer.sockets['socket /']?.disconnect();
});
