import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, TEST_ORIGIN, type TestApp } from '../../apps/server/src/test/app.js';
import { newCaller } from '../parity/callers.js';
import { listen, rawSocket } from './support.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const FOREIGN = [
  'http://evil.example',
  `${TEST_ORIGIN}.evil.example`,
  'http://localhost:3001',
  'http://localhost',
  'https://localhost:3000',
  `${TEST_ORIGIN}/`,
  'http://evil.example/http://localhost:3000',
  `${TEST_ORIGIN} http://evil.example`,
  'null',
  '*',
];

/** How a WebSocket with this Origin ends: open, or the status it is refused with. */
const upgrade = (headers: Record<string, string>) =>
  new Promise<unknown>((resolve) => {
    const socket = rawSocket(app.url, headers);
    socket.once('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.once('unexpected-response', (_request: never, response: { statusCode: number }) => {
      resolve(response.statusCode);
      socket.terminate();
    });
    socket.once('error', () => resolve('refused'));
  });

const poll = (headers: Record<string, string>) =>
  fetch(`${app.url}/socket.io/?EIO=4&transport=polling`, { headers }).then(({ status }) => status);

test.each(FOREIGN)('S1: nobody connects from %s', async (origin) => {
  expect(await upgrade({ origin })).not.toBe('open');
  expect(await poll({ origin })).toBe(403);
});

test('S1: the allowed origin and no origin at all connect, by both transports and to the end', async () => {
  for (const headers of [{ origin: TEST_ORIGIN }, {}]) {
    expect(await upgrade(headers as Record<string, string>)).toBe('open');
    expect(await poll(headers as Record<string, string>)).toBe(200);
  }
  for (const transport of ['websocket', 'polling']) {
    const { token, userId } = await newCaller(app);
    // Polls through a load balancer carry its cookie.
    const options = { transports: [transport], withCredentials: true, extraHeaders: { origin: TEST_ORIGIN } };
    const { socket } = await listen(app.url, { token, userId }, '/', options);
    socket.disconnect();
  }
});

test('S1: browsers may read HTTP answers from allowed origins only', async () => {
  const allowed = async (origin: string) =>
    (await fetch(`${app.url}/healthz`, { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed(TEST_ORIGIN)).toBe(TEST_ORIGIN);
  for (const origin of FOREIGN) expect([origin, await allowed(origin)]).toEqual([origin, null]);
});
