import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../apps/server/src/test/app.js';
import { connectPacket } from '../security/support.js';
import { Polling, Raw, request } from './lib/raw-client.js';

// The server itself, by packets alone: what an echo cannot show.

const MESSAGES = 60;

let app: TestApp;
let owner: TestClient;
let roomId: number;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.client('Ann');
  ({ id: roomId } = await owner.rooms.create({ name: 'Team' }));
});
afterAll(() => app?.close());

const isAck = (id: number, prefix: string) => (packet: string) => packet.startsWith(`43${prefix}${id}[`);
/** What is told of messages, in the order in which it came. */
const contentsOf = (packets: readonly unknown[]) =>
  packets.flatMap((packet) => {
    const [event, payload] = String(packet).startsWith('42[') ? JSON.parse(String(packet).slice(2)) : [];
    return event === 'message:new' ? [payload.content] : [];
  });

test('the handshake tells the server’s own bounds', async () => {
  const own = { pingInterval: TIMES.pingIntervalMs, pingTimeout: TIMES.pingTimeoutMs, maxPayload: BOUNDS.bodyMaxBytes };
  const { body } = await request(app.url);
  expect(JSON.parse(body.slice(1))).toEqual({ sid: expect.any(String), upgrades: ['websocket'], ...own });
  const { raw, greeting } = await Raw.open(app.url);
  expect(JSON.parse(greeting.slice(1))).toEqual({ sid: expect.any(String), upgrades: [], ...own });
  raw.socket.close();
});

test.each([
  ['/', ''],
  ['/chat', '/chat,'],
])('by polls alone %s is entered, calls are answered, and a goodbye ends the session', async (namespace, prefix) => {
  const session = await Polling.open(app.url);
  await session.push(connectPacket(owner, namespace));
  await session.until((packet) => packet.startsWith(`40${prefix}{"sid":`));
  // Two in one request: answered one after the other.
  await session.push(`42${prefix}1["join_room",{"roomId":${roomId}}]`, `42${prefix}2["no:such",{}]`);
  const packets = await session.until(isAck(2, prefix));
  const [entered, refused] = packets.filter((packet) => packet.startsWith('43'));
  expect(JSON.parse(entered?.slice(`43${prefix}1`.length) ?? '')).toMatchObject([
    { ok: true, data: { room: { id: roomId } } },
  ]);
  expect(JSON.parse(refused?.slice(`43${prefix}2`.length) ?? '')).toMatchObject([
    { ok: false, error: { code: 'NOT_FOUND' } },
  ]);
  await session.push('1');
  await expect.poll(async () => (await session.poll()).status).toBe(400);
});

test('on one connection each namespace is entered by itself, refused by itself and left by itself', async () => {
  const { raw } = await Raw.open(app.url);
  const next = async (fits: (packet: string) => boolean) => {
    for (;;) {
      const packet = String(await raw.next());
      if (fits(packet)) return packet;
    }
  };
  raw.send('40/nowhere,{}');
  expect(await next((packet) => packet.startsWith('44'))).toBe('44/nowhere,{"message":"Invalid namespace"}');
  raw.send('40{"token":"no","userId":1}');
  expect(JSON.parse((await next((packet) => packet.startsWith('44'))).slice(2))).toMatchObject({
    message: 'Invalid token',
    data: { code: 'UNAUTHENTICATED' },
  });
  for (const namespace of ['/', '/chat']) raw.send(connectPacket(owner, namespace));
  // Either may be the first to be let in.
  const isEntered = (packet: string) => /^40(\/chat,)?\{"sid":/.test(packet);
  const entered = [await next(isEntered), await next(isEntered)].map((packet) => packet.replace(/\{.*/, ''));
  expect(entered.toSorted()).toEqual(['40', '40/chat,']);
  raw.send('41', '42/chat,2["sync",{"rooms":{}}]');
  expect(await next((packet) => packet.startsWith('43'))).toBe('43/chat,2[{"ok":true,"data":{"rooms":{}}}]');
  raw.socket.close();
});

test('a session that is upgraded while others write is told each message once, in order', async () => {
  const session = await Polling.open(app.url);
  await session.push(connectPacket(owner));
  await session.until((packet) => packet.startsWith('40{"sid":'));
  await session.push(`421["join_room",{"roomId":${roomId}}]`);
  await session.until(isAck(1, ''));

  const bob = await app.client('Bob');
  await owner.members.add({ roomId, userIds: [bob.userId] });
  const contents = Array.from({ length: MESSAGES }, (_, n) => `Message ${n}`);
  const written = (async () => {
    for (const content of contents) await bob.messages.create({ roomId, content });
  })();
  const received = await session.until((packet) => contentsOf([packet]).includes('Message 9'));
  const raw = session.webSocket();
  await raw.opened;
  raw.send('2probe');
  expect(await raw.next()).toBe('3probe');
  received.push(...(await session.until((packet) => packet === '6')));
  raw.send('5');
  while (contentsOf(received).length < MESSAGES) received.push(String(await raw.next()));
  await written;
  expect(contentsOf(received)).toEqual(contents);
  raw.socket.close();
});
