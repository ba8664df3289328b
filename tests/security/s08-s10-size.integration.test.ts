import { once } from 'node:events';
import { connect } from 'node:net';
import { BOUNDS } from '@dream-studio/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess } from './server-process.js';
import { closed, connectPacket, nextText, openRaw, type RawSocket } from './support.js';

const GROWTH_MAX_MB = 16;
const KIB = 1024;

let server: ServerProcess;
let before: Awaited<ReturnType<ServerProcess['memory']>>;

beforeAll(async () => {
  server = await startServerProcess();
  (await online()).terminate();
  await upload('POST', '/shared/chat/rooms', TEN_MB, AS_LENGTH);
});
afterAll(() => server?.[Symbol.dispose]());

// Each attack leaves the server alive, and its memory as it was.
beforeEach(async () => {
  before = await server.memory();
});
afterEach(async () => {
  const { heldMb } = await server.growth(before);
  expect(heldMb).toBeLessThanOrEqual(GROWTH_MAX_MB);
  (await online()).terminate();
});

let nextUser = 100;

/** A bare WebSocket that has entered the namespace. */
async function online(): Promise<RawSocket> {
  const socket = await openRaw(server.url);
  const greeted = nextText(socket, (text) => text.startsWith('40'));
  socket.send(connectPacket(await server.caller(nextUser++)));
  await greeted;
  return socket;
}

const message = (bytes: number) => {
  const frame = '42["message:send",{"roomId":1,"content":""}]';
  return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
};

test.each([
  ['a message of 64 KiB and 1 byte', message(BOUNDS.bodyMaxBytes + 1)],
  ['a frame of 1 MB', message(1_000_000)],
  ['a binary frame of 1 MB', Buffer.alloc(1_000_000)],
  ['11 attachments', '4511-["message:send",{}]'],
  ['a million attachments', '451000000-["message:send",{}]'],
  [
    'attachments within 10,000 arrays',
    ['451-["message:send",', '['.repeat(10_000), '{"_placeholder":true,"num":0}', ']'.repeat(10_000), ']'].join(''),
    Buffer.alloc(8),
  ],
  ['an attachment nobody announced', Buffer.alloc(8)],
])('S8: %s closes the connection', async (_title, ...frames) => {
  const socket = await online();
  for (const frame of frames) socket.send(frame);
  await closed(socket);
});

test('S8: a message of just 64 KiB, and JSON of 10,000 levels, are answered as bad input', async () => {
  const socket = await online();
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  for (const packet of [message(BOUNDS.bodyMaxBytes), `42["message:send",${deep}]`, `42["x",${deep},${deep}]`]) {
    const refused = nextText(socket, (text) => text.startsWith('42["error"'));
    socket.send(packet);
    expect(await refused).toMatch(/BAD_INPUT|NOT_FOUND/);
  }
  const acked = nextText(socket, (text) => text.startsWith('437'));
  socket.send(`427["room:read",{"roomId":${deep},"seq":{"a":${deep}}}]`);
  expect(await acked).toContain('"BAD_INPUT"');
  socket.terminate();
});

test.each(['x'.repeat(5 * KIB), '../'.repeat(1700), '\u0000'.repeat(5 * KIB), '%00'.repeat(1700)])(
  'S8: a namespace of 5 KB is none (%#)',
  async (name) => {
    const socket = await openRaw(server.url);
    const refused = nextText(socket, (text) => text.startsWith('44'));
    socket.send(`40/${name},{}`);
    expect(await refused).toContain('Invalid namespace');
    socket.terminate();
  },
);

/**
 * Writes a body to its end, over a connection of its own. Rejects when the server breaks the write; `early` is an answer
 * that came before the end.
 */
async function upload(method: string, path: string, bytes: number, headers: string) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  let early = false;
  let written = false;
  const broken = new Promise<never>((_, reject) => {
    socket.once('error', reject).once('close', () => written || reject(new Error('closed in the middle of the write')));
  });
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      early ||= !written;
      answer += data.toString('latin1');
      resolve();
    });
  });
  const write = async () => {
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`,
    );
    const isChunked = headers === IN_CHUNKS;
    const piece = Buffer.alloc(64 * KIB, 'x');
    for (let left = bytes; left > 0; left -= piece.length) {
      const part = piece.subarray(0, left);
      const data = isChunked
        ? Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
        : part;
      if (!socket.write(data)) await once(socket, 'drain');
    }
    if (isChunked) socket.write('0\r\n\r\n');
    written = true;
  };
  await Promise.race([Promise.all([write(), answered]), broken]);
  socket.destroy();
  return { status: Number(answer.slice(9, 12)), early };
}

const TEN_MB = 160 * 64 * KIB;
const AS_LENGTH = `Content-Length: ${TEN_MB}`;
const IN_CHUNKS = 'Transfer-Encoding: chunked';

test.each([
  ['POST', '/shared/chat/rooms'],
  ['PATCH', '/shared/chat/rooms/1'],
  ['POST', '/shared/chat/rooms/1/messages'],
  ['POST', '/trpc/message.create'],
  ['POST', '/dev/login'],
] as const)('S8: 10 MB to %s %s are read off, then answered 413', async (method, path) => {
  const answer = { status: 413, early: false };
  expect(await upload(method, path, TEN_MB, AS_LENGTH)).toEqual(answer);
  expect(await upload(method, path, TEN_MB, IN_CHUNKS)).toEqual(answer);
});

test.each([
  ['DELETE', '/shared/chat/rooms/1', 401],
  ['POST', '/nowhere', 404],
  ['POST', '/healthz', 404],
] as const)(
  'S8: 10 MB to %s %s, where no body belongs, are answered %i to the end of the write',
  async (method, path, status) => {
    expect(await upload(method, path, TEN_MB, AS_LENGTH)).toMatchObject({ status });
    expect(await upload(method, path, TEN_MB, IN_CHUNKS)).toMatchObject({ status });
  },
);

test('S8: the limit of a body is 64 KiB, to the byte', async () => {
  const token = (await server.caller(99)).token;
  const post = async (bytes: number) => {
    const body = JSON.stringify({ name: 'x' }).padEnd(bytes);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return (await fetch(`${server.url}/shared/chat/rooms`, { method: 'POST', headers, body })).status;
  };
  expect([await post(BOUNDS.bodyMaxBytes), await post(BOUNDS.bodyMaxBytes + 1)]).toEqual([201, 413]);
});

test('S8: 1 MB by HTTP polling is refused', async () => {
  const base = `${server.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(base)).text();
  const { sid } = JSON.parse(opened.slice(1));
  const status = await fetch(`${base}&sid=${sid}`, { method: 'POST', body: `4${'x'.repeat(1_000_000)}` }).then(
    (response) => response.status,
    () => 'cut',
  );
  expect([413, 400, 'cut']).toContain(status);
});

test('S10: 100,000 fragments of one byte close the connection', async () => {
  const socket = await online();
  socket.send('4', { fin: false });
  for (let sent = 0; sent < 100_000 && socket.readyState === 1; sent += 1) {
    socket.send('x', { fin: false });
    if (sent % 5_000 === 0) await new Promise(setImmediate);
  }
  await closed(socket);
});
