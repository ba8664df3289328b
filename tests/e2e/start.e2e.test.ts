import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { answers, freePort, runNode, serverMain, startSystem, temporaryDir } from './lib/system.js';

/** Processes whose environment holds the text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

test('start runs server and web on the ports of their variables, and SIGTERM ends both with 0', async () => {
  using data = temporaryDir();
  await using system = await startSystem(data.path, {}, { build: true });
  expect(system.run.output.stdout).toContain(system.serverUrl);
  expect(system.run.output.stdout).toContain(system.webUrl);
  expect(await answers(`${system.serverUrl}/readyz`)).toBe(true);
  // The page tells the browser where the server is: read at run time, not frozen into the build.
  expect(await (await fetch(system.webUrl)).text()).toContain(system.serverUrl);

  system.run.child.kill('SIGTERM');
  expect(await system.run.ended).toBe(0);
  expect(await answers(`${system.serverUrl}/healthz`)).toBe(false);
  expect(await answers(system.webUrl)).toBe(false);
});

test('kill -9 of the process group leaves nothing running, and the next start works at once on the same data', async () => {
  using data = temporaryDir();
  await using first = await startSystem(data.path, {}, { build: true });
  const login = await fetch(`${first.serverUrl}/dev/login`, { method: 'POST', body: '{"name":"Ann"}' });
  const { token } = (await login.json()) as { token: string };
  first.run.signal('SIGKILL');
  await first.run.ended;
  await expect.poll(() => processesWith(`DATA_DIR=${data.path}`), { timeout: 20_000 }).toEqual([]);

  await using second = await startSystem(data.path, first.env, { build: true });
  const me = await fetch(`${second.serverUrl}/shared/chat/users/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ name: 'Ann' });
});

const DEAD_DATABASE = 'postgresql://someone:secret-password@127.0.0.1:1/chat';

test.each([
  ['SOCKET_IO_PORT', { SOCKET_IO_PORT: 'abc' }],
  ['SOCKET_IO_PORT', { SOCKET_IO_PORT: '70000' }],
  ['SOCKET_IO_CORS_ORIGIN', { SOCKET_IO_CORS_ORIGIN: 'example.com' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
  ['DATABASE_URL', { DATABASE_URL: DEAD_DATABASE }],
  ['AUTH_JWT_SECRET', { AUTH_JWT_SECRET: 'short' }],
  ['AUTH_JWKS_URL', { AUTH_JWKS_URL: 'not a url' }],
  ['RATE_LIMIT_FACTOR', { RATE_LIMIT_FACTOR: '-1' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'everyone' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ['DATA_DIR', { DATA_DIR: 'package.json/data' }],
  ['SOCKET_IO_CORS_ORIGIN', { NODE_ENV: 'production', AUTH_JWT_SECRET: 'x'.repeat(32) }],
  ['AUTH_JWT_SECRET', { NODE_ENV: 'production', SOCKET_IO_CORS_ORIGIN: 'https://example.com' }],
])('a bad %s stops the start with one line that names it: %o', async (variable, env) => {
  using data = temporaryDir();
  const port = String(await freePort());
  await using run = runNode([serverMain], { DATA_DIR: data.path, SOCKET_IO_PORT: port, ...env });
  expect(await run.ended).toBe(1);
  expect(run.output.stderr.trim().split('\n')).toHaveLength(1);
  expect(run.output.stderr).toMatch(new RegExp(`^${variable}: `));
  expect(run.output.stderr).not.toContain('secret-password');
});

test('a port in use stops the server with one line that names its variable', async () => {
  using data = temporaryDir();
  const other = createServer().listen(0);
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await using run = runNode([serverMain], { DATA_DIR: data.path, SOCKET_IO_PORT: String(port) });
  expect(await run.ended).toBe(1);
  expect(run.output.stderr.trim()).toBe(`SOCKET_IO_PORT: port ${port} is already in use`);
  other.close();
});

test('a second server on one data directory is refused, and the first goes on', async () => {
  using data = temporaryDir();
  const [port, secondPort] = [await freePort(), await freePort()];
  await using first = runNode([serverMain], { DATA_DIR: data.path, SOCKET_IO_PORT: String(port) });
  await first.printed('listening');
  await using second = runNode([serverMain], { DATA_DIR: data.path, SOCKET_IO_PORT: String(secondPort) });
  expect(await second.ended).toBe(1);
  expect(second.output.stderr).toMatch(/^DATA_DIR: .* is in use by another process \(pid \d+\)/);
  expect(await answers(`http://localhost:${port}/readyz`)).toBe(true);
  first.signal('SIGTERM');
  expect(await first.ended).toBe(0);
});
