import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnv } from '../../apps/server/src/env.js';
import { startTestApp, TEST_SECRET, type TestApp } from '../../apps/server/src/test/app.js';
import { tempDir } from '../../apps/server/src/test/temp-dir.js';
import {
  type Caller,
  call,
  connected,
  credentials,
  emit,
  names,
  newCaller,
  openSocket,
  TRANSPORTS,
  transportsOf,
} from '../parity/callers.js';
import { sampleOf } from '../parity/samples.js';
import { newWorld } from '../parity/world.js';
import { refusal } from './support.js';

let app: TestApp;
let caller: Caller;
beforeAll(async () => {
  app = await startTestApp({ env: { production: true, logLevel: 'trace' } });
  caller = await newCaller(app, TRANSPORTS);
});
afterAll(() => app?.close());

test('S19: no token and no secret gets into the log, whatever is called and however it fails', async () => {
  const wrong = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary';
  for (const name of names) {
    const world = await newWorld(app, { owner: caller, author: caller });
    for (const transport of transportsOf(name)) {
      await call(app, caller, transport, name, await sampleOf(name, world, caller));
      await call(app, caller, transport, name, { token: wrong });
      if (!transport.startsWith('socket')) await call(app, { ...caller, token: wrong }, transport, name, {});
    }
  }
  await refusal(app.url, { token: wrong, userId: 1 });
  const socket = await connected(openSocket(app.url, '/', credentials(caller)));
  await emit(socket, 'auth:refresh', { token: wrong });
  await emit(socket, 'no:such', { token: wrong });
  await emit(socket, wrong, {});
  await app.http('GET', `/shared/chat/rooms?token=${wrong}`);
  await app.http('GET', `/${wrong}`);
  socket.disconnect();

  expect(app.logs.length).toBeGreaterThan(names.length);
  const log = JSON.stringify(app.logs);
  for (const secret of [caller.token ?? '', wrong, TEST_SECRET, 'authorization', 'Bearer']) {
    expect(log.includes(secret), `${secret.slice(0, 12)}… is in the log`).toBe(false);
  }
});

test('S19: no secret is in what anyone may read', async () => {
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/asyncapi.json', '/']) {
    const { body, headers } = await app.http('GET', path);
    const said = JSON.stringify([body, [...headers]]);
    expect(said).not.toContain(TEST_SECRET);
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  }
});

test('S21: production knows no development login, as if it had never been', async () => {
  const body = { name: 'Eve' };
  const rest = await app.http('POST', '/dev/login', { body });
  expect([rest.status, rest.body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  const trpc = await app.http('POST', '/trpc/dev.login', { body });
  expect([trpc.status, trpc.body]).toMatchObject([404, { error: { data: { error: { code: 'NOT_FOUND' } } } }]);
  const batch = await app.http('POST', '/trpc/dev.login?batch=1', { body: { 0: body } });
  expect(batch.status).toBe(404);
  const socket = caller.sockets['socket /'];
  if (!socket) throw new Error('not connected');
  for (const event of ['dev.login', 'dev:login']) {
    expect(await emit(socket, event, body)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  }
  for (const path of ['/openapi.json', '/asyncapi.json']) {
    expect(JSON.stringify((await app.http('GET', path)).body)).not.toMatch(/dev[./]login/);
  }
  expect(JSON.stringify(app.logs)).not.toContain('"token"');
});

test('S21: production has no metrics, no client bundle, no admin namespace for the public', async () => {
  for (const path of ['/metrics', '/socket.io/socket.io.js', '/admin', '/trpc', '/dev']) {
    expect([path, (await fetch(app.url + path)).ok]).toEqual([path, false]);
  }
  expect((await refusal(app.url, credentials(caller), '/admin')).message).toBe('Invalid namespace');
});

test('S21: production without a secret or without origins does not start, and makes no secret of its own', () => {
  using dir = tempDir();
  const env = { NODE_ENV: 'production', DATA_DIR: dir.path, SOCKET_IO_CORS_ORIGIN: 'https://chat.example' };
  expect(() => readEnv(env)).toThrow(/^AUTH_JWT_SECRET: required in production/);
  expect(() => readEnv({ ...env, AUTH_JWT_SECRET: '' })).toThrow(/^AUTH_JWT_SECRET: required/);
  const noOrigin = { ...env, SOCKET_IO_CORS_ORIGIN: '', AUTH_JWT_SECRET: TEST_SECRET };
  expect(() => readEnv(noOrigin)).toThrow(/^SOCKET_IO_CORS_ORIGIN: required in production/);
  expect(readEnv({ ...env, AUTH_JWT_SECRET: TEST_SECRET }).production).toBe(true);
  expect(existsSync(`${dir.path}/auth-secret`)).toBe(false);
});
