import type { Message } from '@dream-studio/contracts';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createChatClient } from '../index.js';
import { createTestServer, type TestServer } from './index.js';

let server: TestServer;
let roomId: number;

beforeEach(() => {
  server = createTestServer({ clock: 'manual', users: [{ id: 1, name: 'Ann' }] });
  roomId = server.addRoom({ members: [1, 2] }).id;
  return () => server.close();
});

/** A connected client in the room, and the texts that arrived at its socket: a client puts in order what it is given. */
async function inRoom(userId: number) {
  const heard: string[] = [];
  const options = server.connectAs(userId);
  const openSocket: typeof options.openSocket = (...args) => {
    const socket = options.openSocket(...args);
    socket.on('message:new', ({ content }: Message) => heard.push(content));
    return socket;
  };
  const chat = createChatClient({ ...options, openSocket });
  await chat.connect();
  await chat.rooms.enter({ roomId });
  return { chat, heard };
}

const say = (content: string): Message => server.call(2, 'message.create', { roomId, content });
const failureOf = (pending: Promise<unknown>) =>
  pending.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('events', () => {
  test('a dropped one reaches nobody it was dropped for, and the next one does', async () => {
    const [ann, bob] = [await inRoom(1), await inRoom(2)];
    server.faults.drop('message:new', { userId: 1 });
    say('one');
    server.faults.drop('message:new');
    say('two');
    say('three');
    await server.settled();
    expect([ann.heard, bob.heard]).toEqual([['three'], ['one', 'three']]);
    expect(server.sent.filter(({ event }) => event === 'message:new')).toHaveLength(3);
  });

  test('a fault can last, until it is ended', async () => {
    const ann = await inRoom(1);
    const end = server.faults.drop('message:new', { times: Number.POSITIVE_INFINITY });
    say('one');
    say('two');
    end();
    say('three');
    await server.settled();
    expect(ann.heard).toEqual(['three']);
  });

  test('a delayed one holds up what follows it, so that the order stays', async () => {
    const ann = await inRoom(1);
    server.faults.delay('message:new', 500);
    say('one');
    say('two');
    await server.clock.advance(499);
    expect(ann.heard).toEqual([]);
    await server.clock.advance(1);
    expect(ann.heard).toEqual(['one', 'two']);
  });

  test('a duplicated one comes twice', async () => {
    const ann = await inRoom(1);
    server.faults.duplicate('message:new');
    say('one');
    say('two');
    await server.settled();
    expect(ann.heard).toEqual(['one', 'one', 'two']);
  });
});

describe('operations over the socket', () => {
  const send = (chat: Awaited<ReturnType<typeof inRoom>>['chat'], clientId = 'c1') =>
    chat.messages.create({ roomId, content: 'hi', clientId });

  test('a dropped reply: done, but the caller does not know', async () => {
    const { chat, heard } = await inRoom(1);
    server.faults.drop('message.create');
    const failure = failureOf(send(chat));
    await server.clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(heard).toEqual(['hi']);
  });

  test('a dropped request: not done', async () => {
    const { chat } = await inRoom(1);
    server.faults.drop('message.create', { packet: 'request' });
    const failure = failureOf(send(chat));
    await server.clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'UNAVAILABLE' });
    expect(server.state.messages(roomId)).toEqual([]);
  });

  test('a delayed reply lets events overtake it', async () => {
    const { chat, heard } = await inRoom(1);
    server.faults.delay('message.create', 3_000);
    let isSent = false;
    const sent = send(chat).then(() => {
      isSent = true;
    });
    await server.clock.advance(2_999);
    expect([isSent, heard]).toEqual([false, ['hi']]);
    await server.clock.advance(1);
    await sent;
  });

  test('a delayed request holds up the calls behind it', async () => {
    const { chat } = await inRoom(1);
    server.faults.delay('message.create', 3_000, { packet: 'request' });
    const both = Promise.all([send(chat, 'c1'), send(chat, 'c2')]);
    await server.clock.advance(2_999);
    expect(server.state.messages(roomId)).toEqual([]);
    await server.clock.advance(1);
    expect((await both).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('a duplicated request runs twice; a clientId makes that harmless', async () => {
    const { chat } = await inRoom(1);
    server.faults.duplicate('message.create', { times: 2 });
    await send(chat);
    await chat.messages.create({ roomId, content: 'no clientId' });
    expect(server.state.messages(roomId).map(({ content }) => content)).toEqual(['hi', 'no clientId', 'no clientId']);
  });

  test('a limit is said to be spent, in the words of the real one', async () => {
    const { chat } = await inRoom(1);
    server.faults.limit('message.create', 1_500);
    expect(await failureOf(send(chat))).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Too many requests: try again in 2 s',
      retryAfterMs: 1_500,
      retryable: true,
    });
    expect(await send(chat)).toMatchObject({ seq: 1 });
  });

  test('any code, for one user', async () => {
    const [ann, bob] = [await inRoom(1), await inRoom(2)];
    server.faults.fail('message.create', 'INTERNAL', { userId: 1 });
    expect(await send(bob.chat)).toMatchObject({ seq: 1 });
    expect(await failureOf(send(ann.chat))).toMatchObject({ code: 'INTERNAL', retryable: false });
    expect(server.state.messages(roomId)).toHaveLength(1);
  });
});

describe('operations over HTTP', () => {
  const overHttp = () => createChatClient(server.connectAs(1));

  test('a dropped reply breaks the connection after the work is done', async () => {
    server.faults.drop('message.create');
    const create = () => overHttp().messages.create({ roomId, content: 'hi', clientId: 'c1' });
    expect(await failureOf(create())).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await create()).toMatchObject({ seq: 1 });
    expect(server.state.messages(roomId)).toHaveLength(1);
  });

  test('delay, limit and fail', async () => {
    const chat = overHttp();
    server.faults.delay('room.list', 1_000);
    let isThere = false;
    const list = chat.rooms.list({}).then(() => {
      isThere = true;
    });
    await server.clock.advance(999);
    expect(isThere).toBe(false);
    await server.clock.advance(1);
    await list;
    server.faults.limit('room.list', 5_000);
    expect(await failureOf(chat.rooms.list({}))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 5_000 });
    server.faults.fail('room.list', 'NOT_FOUND');
    expect(await failureOf(chat.rooms.list({}))).toMatchObject({ code: 'NOT_FOUND', message: 'Not found' });
  });
});

describe('at once', () => {
  test('expireToken: the socket is told and cut a minute later, HTTP refuses the token', async () => {
    const { url, fetch, openSocket, getToken } = server.connectAs(1);
    const token = getToken();
    const chat = createChatClient({ url, fetch, openSocket, token });
    const heard: string[] = [];
    chat.on('auth:expired', () => heard.push('expired'));
    await chat.connect();
    server.faults.expireToken(1);
    await server.settled();
    expect(heard).toEqual(['expired']);
    expect(await failureOf(chat.rooms.list({}))).toMatchObject({ code: 'UNAUTHENTICATED' });
    await server.clock.advance(59_999);
    expect(chat.connection.get()).toBe('connected');
    await server.clock.advance(1);
    expect(chat.connection.get()).not.toBe('connected');
    chat.close();
  });

  test('expireToken: a client that can get a new token stays', async () => {
    const { chat } = await inRoom(1);
    server.faults.expireToken(1);
    await server.clock.advance(120_000);
    expect(chat.connection.get()).toBe('connected');
    expect(server.received.at(-1)).toMatchObject({ operation: 'auth.refresh', reply: { ok: true } });
    expect(await chat.rooms.list({})).toMatchObject({ items: [{ id: roomId }] });
  });

  test('drain: clients move, and nobody sees it: the state stays, what was said meanwhile is there', async () => {
    const { chat, heard } = await inRoom(1);
    const states: string[] = [];
    chat.connection.subscribe(() => states.push(chat.connection.get()));
    const connects = () => server.received.filter(({ operation }) => operation === 'room.enter').length;
    server.faults.drain(10);
    say('one');
    await vi.waitFor(() => expect(connects()).toBe(2));
    say('two');
    await server.settled();
    expect([heard, states]).toEqual([['one', 'two'], []]);
  });

  test('disconnect: calls under way fail, the client comes back by itself', async () => {
    const { chat, heard } = await inRoom(1);
    server.faults.delay('message.create', 1_000);
    const failure = failureOf(chat.messages.create({ roomId, content: 'hi' }));
    await server.settled();
    server.faults.disconnect(1);
    expect(await failure).toMatchObject({ code: 'UNAVAILABLE' });
    expect(chat.connection.get()).toBe('reconnecting');
    await chat.connect();
    say('welcome back');
    await server.settled();
    expect(heard).toEqual(['hi', 'welcome back']);
    chat.close();
  });

  test('goDown: nothing can be reached until comeUp, and nothing is forgotten', async () => {
    const { chat } = await inRoom(1);
    server.faults.goDown();
    expect(chat.connection.get()).toBe('reconnecting');
    expect(await failureOf(chat.rooms.list({}))).toMatchObject({ code: 'UNAVAILABLE' });
    server.faults.comeUp();
    await chat.connect();
    expect(await chat.rooms.list({})).toMatchObject({ items: [{ id: roomId }] });
    chat.close();
  });
});
