import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { next, type SeedClient, seedClient } from './support.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
const id = expect.any(Number);

/** Each pair of namespaces: both serve the protocol and see each other's events. */
describe.each([
  ['/', '/'],
  ['/chat', '/chat'],
  ['/', '/chat'],
])('the seed’s events, A on %s and B on %s', (namespaceA, namespaceB) => {
  let a: SeedClient;
  let b: SeedClient;
  let outsider: SeedClient;
  let roomId: number;

  beforeAll(async () => {
    const owner = await app.client('Ann');
    const member = await app.client('Bob', { offline: true });
    roomId = (await owner.rooms.create({ name: 'Room', memberIds: [member.userId] })).id;
    owner.close();
    a = await seedClient(app, owner.userId, 'Ann', { namespace: namespaceA });
    b = await seedClient(app, member.userId, 'Bob', { namespace: namespaceB });
    outsider = await seedClient(app, (await app.client('Eve', { offline: true })).userId, 'Eve');
  });
  afterAll(() => {
    for (const { socket } of [a, b, outsider]) socket.close();
  });

  test('user:online and member:joined', async () => {
    const online = await next(a, 'user:online', (e: { userId: number }) => e.userId === b.userId);
    expect(online).toEqual({ userId: b.userId, socketId: b.socket.id, timestamp: time });
    a.socket.emit('join_room', { roomId });
    await next(a, 'member:joined', (e: { userId: number }) => e.userId === a.userId);
    b.socket.emit('join_room', { roomId });
    const joined = await next(a, 'member:joined', (e: { userId: number }) => e.userId === b.userId);
    expect(joined).toEqual({ userId: b.userId, roomId, timestamp: time });
  });

  test('user:typing and user:stop_typing, stamped with the token’s user and not echoed', async () => {
    a.socket.emit('user:typing', { roomId, userId: 999 });
    expect(await next(b, 'user:typing')).toEqual({ userId: a.userId, roomId, timestamp: time });
    a.socket.emit('user:stop_typing', { roomId, userId: 999 });
    expect(await next(b, 'user:stop_typing')).toEqual({ userId: a.userId, roomId });
    expect(a.inbox.received.filter(({ event }) => event.startsWith('user:') && event.includes('typing'))).toEqual([]);
  });

  test('message:send, message:edit and message:delete', async () => {
    a.socket.emit('message:send', { roomId, content: 'Hello team!', type: 'TEXT' });
    const message = (await next(b, 'message:new')) as { id: number };
    expect(message).toMatchObject({
      id,
      roomId,
      senderId: a.userId,
      content: 'Hello team!',
      type: 'TEXT',
      fileUrl: null,
      createdAt: time,
      sender: { id: a.userId, name: 'Ann' },
    });
    await next(a, 'message:new');
    b.socket.emit('message:edit', { messageId: message.id, content: 'x', roomId });
    expect(await next(b, 'error' as never)).toMatchObject([
      'Not authorized to edit this message',
      { code: 'FORBIDDEN' },
    ]);
    a.socket.emit('message:edit', { messageId: message.id, content: 'Updated content', roomId });
    const edited = await next(b, 'message:edited');
    expect(edited).toMatchObject({ messageId: message.id, content: 'Updated content', updatedAt: time });
    b.socket.emit('message:delete', { messageId: message.id, roomId });
    const refused = await next(b, 'error' as never);
    expect(refused).toMatchObject(['Not authorized to delete this message', { code: 'FORBIDDEN' }]);
    a.socket.emit('message:delete', { messageId: message.id, roomId });
    expect(await next(b, 'message:deleted')).toMatchObject({ messageId: message.id, roomId });
    a.socket.emit('message:edit', { messageId: 2 ** 40, content: 'x', roomId });
    expect(await next(a, 'error' as never)).toMatchObject(['Message not found', { code: 'NOT_FOUND' }]);
  });

  test('call:initiated, call:answered and call:ended', async () => {
    a.socket.emit('call:initiated', { callType: 'AUDIO', roomId, initiatedBy: 999 });
    const call = (await next(b, 'call:initiated')) as { callId: number };
    expect(call).toMatchObject({ callId: id, callType: 'AUDIO', initiatedBy: a.userId, timestamp: time });
    b.socket.emit('call:answered', { callId: call.callId, roomId });
    expect(await next(a, 'call:answered')).toMatchObject({ callId: call.callId, answeredBy: b.userId });
    a.socket.emit('call:ended', { callId: call.callId, roomId });
    expect(await next(b, 'call:ended')).toMatchObject({ callId: call.callId, endedBy: a.userId });
  });

  test('an outsider is told `Not a member of this room`', async () => {
    outsider.socket.emit('message:send', { roomId, content: 'let me in' });
    const refused = await next(outsider, 'error' as never);
    expect(refused).toMatchObject(['Not a member of this room', { code: 'NOT_A_MEMBER' }]);
  });

  test('leave_room tells member:left, and a disconnect user:offline', async () => {
    b.socket.emit('leave_room', { roomId });
    const left = await next(a, 'member:left', (e: { userId: number }) => e.userId === b.userId);
    expect(left).toEqual({ userId: b.userId, roomId, timestamp: time });
    b.socket.disconnect();
    const offline = await next(a, 'user:offline', (e: { userId: number }) => e.userId === b.userId);
    expect(offline).toEqual({ userId: b.userId, timestamp: time, lastSeenAt: time });
  });
});

test.each([
  ['Authentication error', {}],
  ['Authentication error', { token: 'x' }],
  ['Authentication error', { userId: 1 }],
  ['Invalid token', { token: 'x', userId: 1 }],
])('a handshake without what it needs ends in connect_error `%s`: %o', async (text, auth) => {
  const socket = io(app.url, { auth, transports: ['websocket'], forceNew: true, reconnection: false });
  const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.once('connect_error', resolve));
  expect(error.message).toBe(text);
  expect(error.data).toMatchObject({ code: 'UNAUTHENTICATED' });
  socket.close();
});
