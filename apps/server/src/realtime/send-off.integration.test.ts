import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { TIMES } from '@dream-studio/contracts';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { createTokenMint } from '../infra/tokens.js';
import { TEST_SECRET } from '../test/app.js';
import { composeOn } from '../test/composed-app.js';
import { openTestDatabase } from '../test/database.js';
import { SEND_OFF_MARGIN_MS, spreadMs } from './send-off.js';

const mint = createTokenMint({ secret: TEST_SECRET });

test('whoever moves when told is back before a grace period is over; few need little time', () => {
  expect(TIMES.drainSpreadMs + SEND_OFF_MARGIN_MS).toBeLessThan(Math.min(TIMES.callGraceMs, TIMES.presenceGraceMs));
  expect([spreadMs(0), spreadMs(10), spreadMs(100_000)]).toEqual([0, 100, TIMES.drainSpreadMs]);
});

/** A server, and programs on Socket.IO alone: in turn of one namespace and of the other. */
async function serverWith(count: number) {
  const database = await openTestDatabase('pglite');
  const app = await composeOn(database);
  const sockets = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const userId = n + 1;
      const auth = { token: await mint(userId, `User ${userId}`), userId };
      const url = `${app.url}${n % 2 ? '/chat' : '/'}`;
      const socket = io(url, { auth, transports: ['websocket'], forceNew: true, reconnectionDelay: 20 });
      await once(socket as never, 'connect');
      return socket;
    }),
  );
  const told = () => sockets.map((socket) => once(socket as never, 'server:draining').then(([event]) => event));
  return {
    app,
    sockets,
    told,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.disconnect();
      await app.close().catch(() => {});
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Of user 1. */
async function createRoom(url: string): Promise<number> {
  const response = await fetch(`${url}/shared/chat/rooms`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await mint(1, 'User 1')}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify({ name: 'Room' }),
  });
  return ((await response.json()) as { id: number }).id;
}

const send = (socket: Socket | undefined, input: object) => socket?.timeout(5_000).emitWithAck('message:send', input);

test('each socket is told another time to move at; they are served until then, and it is over when all have gone', async () => {
  await using world = await serverWith(20);
  const { app, sockets } = world;
  const roomId = await createRoom(app.url);
  const told = world.told();
  let isOver = false;
  const startedAt = performance.now();
  const draining = app.drain().then(() => {
    isOver = true;
  });
  const events = (await Promise.all(told)) as { reconnectAfterMs: number }[];
  const times = events.map(({ reconnectAfterMs }) => reconnectAfterMs).sort((a, b) => a - b);
  expect(times).toEqual(Array.from({ length: 20 }, (_, n) => n * (spreadMs(20) / 20)));
  // Not by HTTP any more for who has no connection; calls of sockets are answered.
  await expect(fetch(`${app.url}/readyz`)).rejects.toThrow();
  expect(await send(sockets[0], { roomId, content: 'hi' })).toMatchObject({ ok: true, data: { seq: 1 } });
  for (const socket of sockets.slice(1)) socket.disconnect();
  expect(isOver).toBe(false);
  sockets[0]?.disconnect();
  await draining;
  expect(performance.now() - startedAt).toBeLessThan(spreadMs(20) + SEND_OFF_MARGIN_MS);
});

test('programs without the SDK are cut in the end, in a way that they come back from', async () => {
  await using world = await serverWith(2);
  const { app, sockets } = world;
  const cut = sockets.map((socket) => once(socket as never, 'disconnect').then(([reason]) => reason));
  const startedAt = performance.now();
  await app.drain();
  expect(performance.now() - startedAt).toBeGreaterThan(SEND_OFF_MARGIN_MS);
  expect(sockets.every(({ connected }) => connected)).toBe(true);
  await app.close();
  expect(await Promise.all(cut)).toEqual(['transport close', 'transport close']);
  expect(sockets.every(({ active }) => active)).toBe(true);
});

test('a connection that is kept alive is answered, as not ready, and told to close; nobody there, it is over at once', async () => {
  await using world = await serverWith(0);
  const { app } = world;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (path: string) => {
    const [response] = (await once(get(`${app.url}${path}`, { agent }), 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return { status: response.statusCode, connection: response.headers.connection };
  };
  expect(await ask('/readyz')).toEqual({ status: 200, connection: 'keep-alive' });
  const startedAt = performance.now();
  await app.drain();
  expect(performance.now() - startedAt).toBeLessThan(SEND_OFF_MARGIN_MS);
  expect(await ask('/readyz')).toEqual({ status: 503, connection: 'close' });
  await expect(ask('/readyz')).rejects.toThrow();
  agent.destroy();
});
