import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../lib/random.js';
import { mutate } from './mutate.js';
import { type ServerProcess, startServerProcess } from './server-process.js';
import { closed, connectPacket, nextText, openRaw, type RawSocket } from './support.js';

const SEED = 20_260_101;
const PACKETS_PER_PHASE = 10_000;
const PACKETS_PER_CONNECTION = 12;
const CONNECTIONS_AT_ONCE = 16;

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess();
});
afterAll(() => server?.[Symbol.dispose]());

const PACKETS = [
  '0{"sid":"x"}',
  '2probe',
  '3',
  '5',
  '6',
  '40',
  '40/chat,{"token":"a.b.c","userId":5}',
  '41',
  '42["message:send",{"roomId":1,"content":"hi","clientId":"a-1"}]',
  '421["join_room",{"roomId":1,"keepPrevious":true}]',
  '42/chat,7["room:read",{"roomId":1,"seq":3}]',
  '431[{"ok":true}]',
  '44{"message":"x"}',
  '452-["message:send",{"a":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}]',
  '461-0[{"_placeholder":true,"num":0}]',
  '42["call:initiated",{"roomId":1,"callType":"AUDIO"},null,[[{}]]]',
  '42["auth:refresh",{"token":"eyJhbGciOiJub25lIn0.e30."}]',
];

/** A user of the child server may have 20 sockets: each connection of the pool has its own. */
async function sendSome(random: () => number, user: number, entered: boolean): Promise<void> {
  const socket = await openRaw(server.url);
  if (entered) {
    const greeted = nextText(socket, (text) => text.startsWith('40'));
    socket.send(connectPacket(await server.caller(user)));
    await greeted;
  }
  for (let sent = 0; sent < PACKETS_PER_CONNECTION; sent += 1) {
    const packet = mutate(PACKETS[Math.floor(random() * PACKETS.length)] as string, random);
    socket.send(random() < 0.2 ? Buffer.from(packet, 'latin1') : packet);
  }
  await hungUp(socket);
}

/** The end of what was sent has been read by the server. */
async function hungUp(socket: RawSocket): Promise<void> {
  socket.close();
  await closed(socket);
}

// All at once: the last one is mostly waiting.
test.concurrent.each([
  ['before', false],
  ['after', true],
] as const)('S9: 10,000 mutated packets %s CONNECT end nothing but their own connections', async (_when, entered) => {
  const random = randomFrom(SEED + Number(entered));
  const before = await server.memory();
  let left = Math.ceil(PACKETS_PER_PHASE / PACKETS_PER_CONNECTION);
  const lane = async (_: unknown, user: number) => {
    while (left > 0) {
      left -= 1;
      await sendSome(random, 1 + user, entered);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS_AT_ONCE }, lane));
  expect((await server.growth(before)).heldMb).toBeLessThan(16);
  const survivor = await openRaw(server.url);
  const greeted = nextText(survivor, (text) => text.startsWith('40'));
  survivor.send(connectPacket(await server.caller(999)));
  await greeted;
  survivor.terminate();
});

test.concurrent('S9: connections that never enter a namespace are gone within 10 s', async () => {
  const openedAt = Date.now();
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openRaw(server.url)));
  for (const socket of sockets) socket.send('40/nowhere,{}');
  await Promise.all(sockets.map(closed));
  // Room for a busy machine: without the bound it would be Socket.IO's own 45 s.
  expect(Date.now() - openedAt).toBeLessThan(30_000);
});
