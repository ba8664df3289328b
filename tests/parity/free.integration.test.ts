import { BOUNDS, type ErrorBody } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../apps/server/src/test/app.js';
import {
  type Answer,
  anonymous,
  type Caller,
  call,
  callTrpc,
  connected,
  emit,
  names,
  newCaller,
  openSocket,
  specOf,
  TRANSPORTS,
  type Transport,
  transportsOf,
} from './callers.js';
import { sampleOf } from './samples.js';
import { newWorld, nowhere, type World } from './world.js';

const ONE_POINT_EACH = 1e-9;

let app: TestApp;
let spent: TestApp;
let caller: Caller;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  spent = await startTestApp({ env: { rateLimitFactor: ONE_POINT_EACH } });
  caller = await newCaller(app, TRANSPORTS);
  const insider = await newCaller(app);
  world = await newWorld(app, { owner: insider, author: insider });
});
afterAll(async () => {
  await app?.close();
  await spent?.close();
});

const mounted = names.flatMap((name) => transportsOf(name).map((transport) => [name, transport] as const));
const overHttp = mounted.filter(([, transport]) => !transport.startsWith('socket'));
const errorOf = (answer: Answer): ErrorBody => {
  if (answer.ok) throw new Error(`expected a failure, got ${JSON.stringify(answer.data)}`);
  return answer.error;
};
const plain = ({ headers, ...answer }: Answer) => ({ ...answer, type: headers.get('content-type') });

/** For each key something that no schema takes, which paths and queries can carry too. */
const junkOf = (name: (typeof names)[number], transport: Transport): unknown => {
  const isText = transport === 'rest' && ['GET', 'DELETE'].includes(specOf(name).rest?.method ?? '');
  return isText ? Object.fromEntries(Object.keys(specOf(name).input.shape).map((key) => [key, '\0'])) : null;
};

const takesSomething = ([name, transport]: (typeof mounted)[number]) =>
  transport !== 'rest' || Object.keys(specOf(name).input.shape).length > 0;

test.each(mounted.filter(takesSomething))(
  '%s over %s: junk is BAD_INPUT, with what is wrong',
  async (name, transport) => {
    const answer = await call(app, caller, transport, name, junkOf(name, transport));
    expect(errorOf(answer)).toMatchObject({ code: 'BAD_INPUT', retryable: false });
    expect(errorOf(answer).issues?.length).toBeGreaterThan(0);
    expect([null, 400]).toContain(answer.status);
  },
);

test.each(mounted)('%s over %s: a limit spent on junk is RATE_LIMITED, for how long', async (name, transport) => {
  const greedy = await newCaller(spent, [transport]);
  await call(spent, greedy, transport, name, null);
  const answer = await call(spent, greedy, transport, name, null);
  const { code, retryable, retryAfterMs } = errorOf(answer);
  expect({ code, retryable }).toEqual({ code: 'RATE_LIMITED', retryable: true });
  expect(retryAfterMs).toBeGreaterThan(0);
  if (answer.status === null) return;
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe(String(Math.ceil((retryAfterMs as number) / 1000)));
});

test.each(mounted.filter(([name]) => 'subject' in specOf(name).auth))(
  '%s over %s: what is not yours answers as what does not exist',
  async (name, transport) => {
    const [existing, missing] = [await sampleOf(name, world, caller), await sampleOf(name, nowhere(world), caller)];
    const theirs = plain(await call(app, caller, transport, name, existing));
    expect(theirs).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(NOT_A_MEMBER|NOT_FOUND)$/) } });
    expect(theirs).toEqual(plain(await call(app, caller, transport, name, missing)));
  },
);

test.each(overHttp)('%s over %s without a valid token is UNAUTHENTICATED', async (name, transport) => {
  const input = await sampleOf(name, world, caller);
  const answers = await Promise.all(
    [anonymous, { ...anonymous, token: 'not.a.token' }].map((nobody) => call(app, nobody, transport, name, input)),
  );
  for (const answer of answers) {
    if (specOf(name).auth.rule === 'anyone') expect(answer.ok).toBe(true);
    else expect([answer.status, errorOf(answer).code]).toEqual([401, 'UNAUTHENTICATED']);
  }
});

test.each(['/', '/chat'])('nobody connects to %s without a valid token', async (namespace) => {
  const missing = { code: 'UNAUTHENTICATED', message: 'Authentication error' };
  const invalid = { code: 'UNAUTHENTICATED', message: 'Invalid token' };
  const handshakes = [
    [{}, missing],
    [{ token: caller.token }, missing],
    [{ userId: caller.userId }, missing],
    [{ token: 'not.a.token', userId: caller.userId }, invalid],
    [{ token: { toString: 'x' }, userId: [1] }, invalid],
  ] as const;
  for (const [auth, refusal] of handshakes) {
    const socket = openSocket(app.url, namespace, auth);
    await expect(connected(socket)).rejects.toMatchObject({ message: refusal.message, data: refusal });
    socket.disconnect();
  }
});

describe('what is not there is NOT_FOUND', () => {
  const strange = ['no:such', 'constructor', '__proto__', 'toString', ''];

  test.each(['socket /', 'socket /chat'] as const)('events of %s', async (transport) => {
    const socket = caller.sockets[transport];
    // Operations have their events' names here, and no others.
    const unmounted = names.filter((name) => name !== specOf(name).socket);
    if (!socket) throw new Error('not connected');
    for (const event of [...strange, ...unmounted]) {
      expect([event, errorOf(await emit(socket, event, {})).code]).toEqual([event, 'NOT_FOUND']);
    }
  });

  test('procedures of tRPC', async () => {
    const unmounted = names.filter((name) => !specOf(name).rest);
    for (const name of [...strange.filter(Boolean), 'room', 'room.', ...unmounted]) {
      const answer = await callTrpc(app, caller, name, {});
      expect([name, answer.status, errorOf(answer).code]).toEqual([name, 404, 'NOT_FOUND']);
    }
  });

  test('paths of REST, and methods that a path does not have', async () => {
    const requests = ['GET /', 'GET /shared/chat', 'GET /shared/chat/rooms/1/2', 'PATCH /shared/chat/rooms'];
    for (const request of [...requests, 'POST /healthz', 'GET /metrics', 'GET /dev/login', 'GET /socket.io.js']) {
      const [method = '', path = ''] = request.split(' ');
      const { status, body } = await app.http(method, path, { token: caller.token ?? '' });
      expect([request, status, body]).toMatchObject([request, 404, { error: { code: 'NOT_FOUND' } }]);
    }
  });
});

test.each(overHttp.filter(([name]) => specOf(name).kind === 'mutation' && specOf(name).rest?.method !== 'DELETE'))(
  '%s over %s: a body that is not JSON is BAD_INPUT',
  async (name, transport) => {
    const answer = await call(app, caller, transport, name, '{ "oh');
    expect(errorOf(answer).code).toBe('BAD_INPUT');
    expect(answer.status).toBe(400);
  },
);

test('HEAD is answered as GET, query and all, without the body', async () => {
  const headers = { authorization: `Bearer ${caller.token}` };
  for (const path of [
    '/shared/chat/users?q=x',
    '/shared/chat/users',
    '/shared/chat/rooms?limit=0',
    '/shared/chat/rooms/1',
  ]) {
    const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => fetch(app.url + path, { method, headers })));
    expect([path, head?.status]).toEqual([path, get?.status]);
    expect(await head?.text()).toBe('');
  }
});

/** Those with a body: a query over tRPC has none. */
const withBody = overHttp.filter(
  ([name, transport]) =>
    ['POST', 'PATCH'].includes(specOf(name).rest?.method ?? '') &&
    (transport === 'rest' || specOf(name).kind === 'mutation'),
);

test.each(withBody)('%s over %s: a body over 64 KiB is PAYLOAD_TOO_LARGE', async (name, transport) => {
  const answer = await call(app, caller, transport, name, { x: 'x'.repeat(BOUNDS.bodyMaxBytes) });
  expect([answer.status, errorOf(answer)]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE', retryable: false }]);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', ''])(
  'tRPC: a body of type %j is BAD_INPUT',
  async (type) => {
    const headers = { authorization: `Bearer ${caller.token}`, 'content-type': type };
    const response = await fetch(`${app.url}/trpc/room.create`, { method: 'POST', headers, body: 'name=x' });
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toMatchObject({ error: { data: { error: { code: 'BAD_INPUT' } } } });
  },
);
