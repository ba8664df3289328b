import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Socket as Client, io as connect } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RoomAdapter } from './room-adapter.js';
import { createSocketServer } from './socket-server.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const httpServer = createServer();
const io = createSocketServer(httpServer, { origins: [], addressOf: () => '', log });
const events = Array.from(
  { length: 5 },
  (_, n) => ['said', { n, text: `"é" 😀 \u001e\n${'x'.repeat(n * 40_000)}` }] as const,
);

beforeAll(async () => {
  for (const namespace of [io.of('/'), io.of('/chat')]) {
    namespace.on('connection', (socket) => socket.join(String(socket.handshake.auth.room)));
  }
  await once(httpServer.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => io.close());

/** A client in a room of a namespace; what it hears, in order. */
async function enter(
  namespace: string,
  room: string,
  transports: string[],
): Promise<{ client: Client; heard: object[] }> {
  const { port } = httpServer.address() as { port: number };
  const client = connect(`http://127.0.0.1:${port}${namespace}`, { transports, forceNew: true, auth: { room } });
  const heard: object[] = [];
  client.on('said', (payload) => heard.push(payload));
  client.on('alone', (payload) => heard.push(payload));
  await once(client as never, 'connect');
  return { client, heard };
}

test.each([
  ['/', ['websocket']],
  ['/chat', ['websocket']],
  ['/', ['polling']],
  ['/chat', ['polling']],
  ['/', ['polling', 'websocket']],
] as const)(
  'on %s over %j a room hears all, in order, between what is sent before and after; no other room',
  async (namespace, transports) => {
    const all = await Promise.all(['a', 'a', 'b'].map((room) => enter(namespace, room, [...transports])));
    const adapter = io.of(namespace).adapter as RoomAdapter;
    io.of(namespace).to('a').emit('alone', { before: true });
    adapter.emitAll('a', events);
    io.of(namespace).emit('alone', { after: true });
    const told = [{ before: true }, ...events.map(([, payload]) => payload), { after: true }];
    for (const { client, heard } of all.slice(0, 2)) {
      await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(told.length);
      expect(heard).toEqual(told);
      client.close();
    }
    await expect.poll(() => all[2]?.heard).toEqual([{ after: true }]);
    all[2]?.client.close();
  },
);

test('nothing is sent to an empty room', () => {
  (io.of('/').adapter as RoomAdapter).emitAll('nobody', events);
});
