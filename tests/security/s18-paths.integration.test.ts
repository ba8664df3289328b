import { type OperationSpec, operations } from '@dream-studio/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import { clusterNodes } from '../../apps/server/src/test/cluster.js';
import { type Caller, newCaller } from '../parity/callers.js';
import { newWorld } from '../parity/world.js';
import { rawHttp } from './support.js';

const SECRET = 'only-members-read-this';

let app: TestApp;
let member: Caller;
let roomId: number;
beforeAll(async () => {
  app = await startTestApp();
  member = await newCaller(app);
  ({ roomId } = await newWorld(app, { owner: member, author: member }));
  const body = { content: SECRET };
  await app.http('POST', `/shared/chat/rooms/${roomId}/messages`, { token: member.token ?? '', body });
});
afterAll(() => app?.close());

/** Sends a request line as it is: fetch would tidy it up first. */
async function ask(line: string, headers = ''): Promise<{ status: number; text: string }> {
  const text = await rawHttp(app.url, `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`);
  return { status: Number(text.slice(9, 12)), text };
}

const twists = (path: string): string[] => [
  `/public/..${path}`,
  `/healthz/..${path}`,
  `/%2e%2e${path}`,
  `/healthz/%2e%2e${path}`,
  `/healthz/..%2f${path.slice(1)}`,
  path.replaceAll('/', '//'),
  `/${path}`,
  path.replaceAll('/', '%2F'),
  path.replaceAll('/', '\\'),
  `/\\..${path}`,
  `${path}%00`,
  `${path}/%00.json`,
  `${path}\\..\\`,
  `${path}/../../../../../etc/passwd`,
  `${path}%2e%2e%2f%2e%2e%2fetc%2fpasswd`,
  `${path};/healthz`,
  `${path}/.`,
  `${path}?/healthz`,
  `${path}%`,
  `${path}%ff%fe`,
  `${path}#/healthz`,
  `http://localhost${path}`,
  `${path.toUpperCase()}`,
];

const routes = Object.values<OperationSpec>(operations).flatMap(({ rest }) =>
  rest && rest.path !== '/dev/login' ? [[rest.method, rest.path] as const] : [],
);

test.each(routes)('S18: no way of writing %s %s is a 500, or an answer without a token', async (method, route) => {
  for (const path of twists(route.replaceAll(/\{\w+\}/g, String(roomId)))) {
    const { status, text } = await ask(`${method} ${path}`);
    expect([path, [400, 401, 404].includes(status), status]).toEqual([path, true, status]);
    expect([path, text.includes(SECRET) || text.includes('root:')]).toEqual([path, false]);
  }
});

const ids = [
  '../1',
  '..%2f1',
  '1%2f..',
  '%2e%2e',
  '1%00',
  '%00',
  '1%5c..',
  '1%0d%0aX-Evil:1',
  '1e1',
  '0x1',
  '+1',
  '-1',
  '%201',
  '%ef%bc%91',
  '9'.repeat(400),
];

test.each(ids)('S18: the id %s is no id', async (id) => {
  for (const path of [`/shared/chat/rooms/${id}`, `/shared/chat/rooms/${id}/messages`, `/shared/chat/calls/${id}`]) {
    const { status, text } = await ask(`GET ${path}`, `Authorization: Bearer ${member.token}\r\n`);
    expect([path, [400, 404, 403].includes(status), status]).toEqual([path, true, status]);
    expect(text).not.toContain(SECRET);
    expect(text.toLowerCase()).not.toContain('x-evil');
  }
});

test.each([
  'GET /../../etc/passwd',
  'GET /%2e%2e/%2e%2e/etc/passwd',
  'GET /socket.io/../healthz',
  'GET /socket.io/%00',
  'GET /trpc/../shared/chat/rooms',
  'GET /trpc/%2e%2e/room.list',
  'GET /trpc/room.list%00',
  'GET /trpc//',
  'GET /trpc/%',
  'GET /trpc/room.list?input=%',
  'GET /trpc/room.list?input={',
  'GET /trpc/room.list,room.list?batch=1&input=[[]]',
  'GET /trpc/__proto__.toString',
  'OPTIONS *',
  'TRACE /healthz',
  'CONNECT localhost:80',
  'GET http://evil.example:99999/healthz',
  'PUT /shared/chat/rooms',
  'GET /shared/chat/rooms?limit=%zz&cursor=%00',
  'HEAD /shared/chat/rooms',
])('S18: %s is refused, not a 500', async (line) => {
  const { status, text } = await ask(line);
  // A method that HTTP servers hang up on has no status; a load balancer says that they did.
  const hungUp = clusterNodes > 0 ? 502 : 0;
  expect([hungUp, 204, 400, 401, 404, 405, 415]).toContain(status);
  expect(text).not.toMatch(/root:|at .*\.[jt]s:\d+/);
});

test.each(['', 'a b', 'x/../y', '[::1', '\u00e9', 'evil.example:http'])('S18: the Host %j is no 500', async (host) => {
  const text = await rawHttp(app.url, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(Number(text.slice(9, 12))).toBeLessThan(500);
});
