import { BOUNDS } from '@dream-studio/contracts';
import { expect, test } from 'vitest';
import { ChatError, createChatClient } from '../index.js';
import { createTestServer } from './index.js';

test('a seeded room is as it might have come about', () => {
  using server = createTestServer({ users: [{ id: 1, name: 'Ann' }], now: () => Date.UTC(2026, 0, 2) });
  const room = server.addRoom({
    name: 'Team',
    members: [1, 2, 3],
    admins: [2],
    messages: [
      { from: 1, content: 'Morning', at: '2026-01-01T08:00:00Z' },
      { from: 2, content: 'Hi' },
    ],
    readBy: [1],
  });
  expect(room).toMatchObject({ name: 'Team', myRole: 'OWNER', seq: 2, unread: 0, readSeq: 2, memberCount: 3 });
  expect(server.state.room(room.id, 3)).toMatchObject({ unread: 2, lastMessage: { content: 'Hi' } });
  expect(server.state.members(room.id).map(({ role, user }) => [user.name, role])).toEqual([
    ['Ann', 'OWNER'],
    ['User 2', 'ADMIN'],
    ['User 3', 'MEMBER'],
  ]);
  expect(server.state.messages(room.id).map(({ createdAt }) => createdAt)).toEqual([
    '2026-01-01T08:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
  ]);
  expect(() => server.addRoom({ members: [1], messages: [{ from: 9, content: 'who?' }] })).toThrow();
});

test('a direct room is the one of its two people, under the name of the other', () => {
  using server = createTestServer({ users: [{ id: 1, name: 'Ann', picture: 'https://x.test/a.png' }] });
  const { id } = server.addRoom({ type: 'DIRECT', members: [2, 1] });
  expect(server.call(1, 'room.direct', { userId: 2 })).toMatchObject({ id, name: 'User 2', peer: { id: 2 } });
  expect(server.call(2, 'room.get', { roomId: id })).toMatchObject({ name: 'Ann', peer: { name: 'Ann' } });
});

test('call throws what a client would get', () => {
  using server = createTestServer();
  const { id: roomId } = server.addRoom({ members: [1] });
  const failing = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(failing(() => server.call(2, 'room.get', { roomId }))).toBeInstanceOf(ChatError);
  expect(failing(() => server.call(2, 'room.get', { roomId }))).toMatchObject({ code: 'NOT_A_MEMBER' });
  expect(failing(() => server.call(1, 'message.create', { roomId, content: ' ' }))).toMatchObject({
    code: 'BAD_INPUT',
    message: 'content: must not be empty without a file',
    issues: [{ path: ['content'] }],
  });
});

test('a repeated send is the first one, even once the room is archived', () => {
  using server = createTestServer();
  const { id: roomId } = server.addRoom({ members: [1, 2] });
  const send = (userId: number, content: string) =>
    server.call(userId, 'message.create', { roomId, content, clientId: 'x' });
  const first = send(1, 'hi');
  expect(send(1, 'hello')).toEqual(first);
  expect(send(2, 'mine').id).not.toBe(first.id);
  server.call(1, 'room.archive', { roomId });
  expect(send(1, 'hi')).toEqual(first);
  expect(server.sent.filter(({ event }) => event === 'message:new')).toHaveLength(2);
});

test('what is handed out does not change what is stored', async () => {
  using server = createTestServer();
  const { id: roomId } = server.addRoom({ members: [1] });
  const message = server.call(1, 'message.create', { roomId, content: 'hi' });
  message.content = 'changed';
  message.sender.name = 'Changed';
  const call = server.call(1, 'call.start', { roomId, callType: 'AUDIO' });
  call.participants.pop();
  expect(server.state.messages(roomId)).toMatchObject([{ content: 'hi', sender: { name: 'User 1' } }]);
  expect(server.state.calls(roomId)[0]?.participants).toHaveLength(1);
});

test('emit sends any event of the contract, and no other', async () => {
  using server = createTestServer();
  const chat = createChatClient(server.connectAs({ id: 1, name: 'Ann' }));
  const heard: unknown[] = [];
  chat.on('room:presence', (payload) => heard.push(payload));
  await chat.connect();
  server.emit(1, 'room:presence', { roomId: 5, onlineCount: 250 });
  await server.settled();
  expect(heard).toEqual([{ roomId: 5, onlineCount: 250 }]);
  expect(() => server.emit(1, 'room:presence', { roomId: 5, onlineCount: -1 })).toThrow();
  chat.close();
});

test('the 21st socket of a user is refused', async () => {
  using server = createTestServer();
  const options = server.connectAs(1);
  const chats = Array.from({ length: BOUNDS.socketsPerUserMax }, () => createChatClient(options));
  await Promise.all(chats.map((chat) => chat.connect()));
  const socket = options.openSocket(options.url, { namespace: '/', transports: [], timeoutMs: 1 });
  socket.auth = { token: options.getToken(), userId: 1 };
  const refusal = new Promise<Error>((resolve) => socket.on('connect_error', (error: Error) => resolve(error)));
  socket.connect();
  expect(await refusal).toMatchObject({ data: { code: 'RATE_LIMITED', message: 'At most 20 connections per user' } });
  for (const chat of chats) chat.close();
});
