import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import {
  type Caller,
  call,
  connected,
  emit,
  names,
  newCaller,
  openSocket,
  specOf,
  TRANSPORTS,
  transportsOf,
} from '../parity/callers.js';
import { sampleOf } from '../parity/samples.js';
import { newWorld } from '../parity/world.js';

let app: TestApp;
let caller: Caller;
beforeAll(async () => {
  app = await startTestApp();
  caller = await newCaller(app, TRANSPORTS, { isService: true });
});
afterAll(() => app?.close());

// The server runs in this process: what it did to Object.prototype would show here.
afterEach(() => {
  const fresh = {} as { x?: unknown; polluted?: unknown; isAdmin?: unknown };
  expect([fresh.x, fresh.polluted, fresh.isAdmin]).toEqual([undefined, undefined, undefined]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

const POISON = '{"x":1,"polluted":true,"isAdmin":true}';
/** The keys as own ones, as JSON.parse makes them. */
const poisoned = (input: object): unknown =>
  JSON.parse(
    `{"__proto__":${POISON},"constructor":{"prototype":${POISON}},"prototype":${POISON},${JSON.stringify(input).slice(1, -1) || '"y":1'}}`,
  );

const mounted = names.flatMap((name) => transportsOf(name).map((transport) => [name, transport] as const));

test.each(mounted)('S11: %s over %s drops __proto__ and constructor', async (name, transport) => {
  const world = await newWorld(app, { owner: caller, author: caller });
  const answer = await call(app, caller, transport, name, poisoned(await sampleOf(name, world, caller)));
  expect(answer).toMatchObject({ ok: true });
  const said = JSON.stringify((answer as { data: unknown }).data);
  expect(said).not.toMatch(/polluted|isAdmin|__proto__/);
});

test.each(names.filter((name) => specOf(name).rest))('S11: %s in queries and headers', async (name) => {
  const { method, path } = specOf(name).rest as { method: string; path: string };
  const keys = [
    '__proto__',
    '__proto__[x]',
    '__proto__.x',
    'constructor[prototype][x]',
    'constructor.prototype.x',
    'toString',
  ];
  const query = keys.map((key) => `${encodeURIComponent(key)}=1&${key}=1`).join('&');
  const paths = [`${path.replaceAll(/\{\w+\}/g, '1')}?${query}`, path.replaceAll(/\{\w+\}/g, '__proto__')];
  for (const url of [...paths, `/trpc/${name}?input=${encodeURIComponent(JSON.stringify(poisoned({})))}&${query}`]) {
    const headers = { 'x-__proto__': POISON, 'constructor.prototype.x': '1', authorization: `Bearer ${caller.token}` };
    const response = await fetch(app.url + url, { method, headers });
    expect([url, response.status >= 500]).toEqual([url, false]);
    await response.text();
  }
});

test('S11: a poisoned handshake, batch and event name', async () => {
  const auth = poisoned({ token: caller.token, userId: caller.userId }) as object;
  const socket = await connected(openSocket(app.url, '/', auth, { query: { '__proto__[x]': '1', constructor: '1' } }));
  for (const event of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty']) {
    expect(await emit(socket, event, poisoned({}))).toMatchObject({ error: { code: 'NOT_FOUND' } });
  }
  socket.disconnect();
  const input = encodeURIComponent(`{"__proto__":${POISON},"0":{},"constructor":{"prototype":${POISON}}}`);
  const { status } = await app.http('GET', `/trpc/user.me,__proto__?batch=1&input=${input}`, {
    token: caller.token ?? '',
  });
  expect(status).toBeLessThan(500);
});
