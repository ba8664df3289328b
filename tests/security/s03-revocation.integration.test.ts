import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, TEST_SECRET, type TestApp } from '../../apps/server/src/test/app.js';
import { type Caller, call, closeSockets, emit, newCaller } from '../parity/callers.js';
import { connectPacket, listen, nextText, ofOthers, openRaw, refusal, roomOf, settled } from './support.js';

const NAMESPACES = ['/', '/chat'] as const;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

/** A token that ends so many seconds from now; within its 60 s of tolerance it still lets in. */
const mintFor = (userId: number, seconds: number) =>
  new SignJWT({ name: 'Ann' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(userId))
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(TEST_SECRET));

const send = (caller: Caller, roomId: number, content: string) =>
  call(app, caller, 'rest', 'message.create', { roomId, content });

test.each(NAMESPACES)(
  'S3: removed from a room, a live socket on %s hears nothing more and can do nothing',
  async (namespace) => {
    const [owner, bob] = [await newCaller(app), await newCaller(app)];
    const roomId = await roomOf(app, owner, bob);
    const ears = await listen(app.url, bob, namespace);
    const { socket, inbox } = ears;
    await emit(socket, 'join_room', { roomId });
    await send(owner, roomId, 'before');
    await inbox.next('message:new');

    await call(app, owner, 'rest', 'member.remove', { roomId, userId: bob.userId });
    await inbox.next('member:removed');
    const heard = ofOthers(ears, bob.userId).length;
    await send(owner, roomId, 'after');
    await call(app, owner, 'rest', 'call.start', { roomId, callType: 'AUDIO' });
    await call(app, owner, 'rest', 'room.update', { roomId, name: 'Secret' });
    for (const [event, input] of [
      ['message:send', { roomId, content: 'still here?' }],
      ['user:typing', { roomId }],
      ['join_room', { roomId }],
      ['room:read', { roomId, seq: 1 }],
    ] as const) {
      expect(await emit(socket, event, input)).toMatchObject({ ok: false, error: { code: 'NOT_A_MEMBER' } });
    }
    // Nor does a new connection skip the checks.
    const again = await listen(app.url, bob, namespace);
    expect(await emit(again.socket, 'join_room', { roomId })).toMatchObject({ error: { code: 'NOT_A_MEMBER' } });
    await send(owner, roomId, 'and after that');
    await settled(socket);
    await settled(again.socket);
    expect(ofOthers(ears, bob.userId).slice(heard)).toEqual([]);
    expect(ofOthers(again, bob.userId)).toEqual([]);
    socket.disconnect();
    again.socket.disconnect();
  },
);

test.each(NAMESPACES)('S3: a socket on %s is told when its token ends, and cut 60 s later', async (namespace) => {
  const { userId } = await newCaller(app);
  const end = Math.floor(Date.now() / 1000) * 1000 - 58_000 + 60_000;
  const { socket, inbox } = await listen(app.url, { token: await mintFor(userId, -58), userId }, namespace);
  const cut = new Promise<number>((resolve) => socket.once('disconnect', () => resolve(Date.now())));
  await inbox.next('auth:expired');
  const early = end - (await cut);
  expect(early).toBeLessThanOrEqual(1_000);
  expect(await refusal(app.url, { token: await mintFor(userId, -61), userId }, namespace)).toMatchObject({
    data: { code: 'UNAUTHENTICATED' },
  });
});

test('S3: a refresh extends the socket; another user’s token and an expired one do not', async () => {
  const [ann, bob] = [await newCaller(app), await newCaller(app)];
  const { userId } = ann;
  const { socket, inbox } = await listen(app.url, { token: await mintFor(userId, -58), userId });
  await inbox.next('auth:expired');
  for (const token of [bob.token, await mintFor(userId, -61), 'no.token.at-all']) {
    expect(await emit(socket, 'auth:refresh', { token })).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  }
  // Ends for good after the end of the first token: by then the first would have cut the socket.
  const token = await mintFor(userId, 2);
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const expiresAt = new Date(exp * 1000).toISOString();
  expect(await emit(socket, 'auth:refresh', { token })).toMatchObject({ ok: true, data: { expiresAt } });
  await inbox.next('auth:expired');
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  expect(await emit(socket, 'room:read', { roomId: 1, seq: 0 })).toMatchObject({ error: { code: 'NOT_A_MEMBER' } });
  socket.disconnect();
});

test('S3: a user’s 21st socket is refused, over both namespaces together, and the others stay', async () => {
  const ann = await newCaller(app);
  const sockets = await Promise.all(
    Array.from({ length: 20 }, (_, index) => listen(app.url, ann, NAMESPACES[index % 2])),
  );
  for (const namespace of NAMESPACES) {
    const body = { code: 'RATE_LIMITED', retryable: true };
    expect(await refusal(app.url, ann, namespace)).toMatchObject({ data: body });
  }
  expect(sockets.filter(({ socket }) => socket.connected)).toHaveLength(20);
  const bob = await newCaller(app, ['socket /']);
  expect(bob.sockets['socket /']?.connected).toBe(true);
  closeSockets(bob);

  const one = sockets[0]?.socket;
  one?.disconnect();
  // The server learns of it on another connection than the next one's.
  const replaced = async (): Promise<void> => {
    const outcome = await refusal(app.url, ann);
    if (outcome.message !== 'was let in') return replaced();
  };
  await replaced();
  for (const { socket } of sockets) socket.disconnect();
});

test('S3: 60 handshakes at once, on connections of their own or on one, leave no more than 20 sockets', async () => {
  const [ann, bob] = [await newCaller(app), await newCaller(app)];
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => listen(app.url, ann)));
  const sockets = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.socket] : []));
  // A socket over the bound that was greeted all the same is cut at once: before it has an answer.
  const alive = await Promise.allSettled(sockets.map((socket) => socket.timeout(2_000).emitWithAck('no:such')));
  expect(alive.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  for (const socket of sockets) socket.disconnect();

  const raw = await openRaw(app.url);
  const seen: string[] = [];
  const count = (start: string) => seen.filter((text) => text.startsWith(start)).length;
  const all = nextText(raw, (text) => seen.push(text) > 0 && count('40') + count('44') === 60);
  for (let sent = 0; sent < 60; sent += 1) raw.send(connectPacket(bob));
  await all;
  const answered = nextText(raw, (text) => text.startsWith('430'));
  raw.send('420["no:such"]');
  await answered;
  expect(count('40') - count('41')).toBeLessThanOrEqual(20);
  raw.terminate();
});
