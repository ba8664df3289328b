import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demoLogin, serverUrl } from './env';

const VARIABLES = ['WEB_DEMO_LOGIN', 'SOCKET_IO_PORT', 'NEXT_PUBLIC_SOCKET_URL', 'NEXT_PUBLIC_URL'];
const AUTH = ['AUTH_JWT_SECRET', 'AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE'];

beforeEach(() => {
  for (const name of [...VARIABLES, ...AUTH]) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('signing in by name', () => {
  test('is off unless asked for', () => {
    vi.stubEnv('AUTH_JWT_SECRET', 'x'.repeat(32));
    expect(demoLogin()).toEqual({ mode: 'off' });
  });

  test('is the chat server’s, on this machine, where that has one', () => {
    vi.stubEnv('WEB_DEMO_LOGIN', 'dev');
    vi.stubEnv('SOCKET_IO_PORT', '4001');
    expect(demoLogin()).toEqual({ mode: 'dev', url: 'http://127.0.0.1:4001' });
  });

  test('is this app’s with the secret, as it stands', () => {
    vi.stubEnv('WEB_DEMO_LOGIN', 'on');
    vi.stubEnv('AUTH_JWT_SECRET', ` ${'x'.repeat(32)}`);
    vi.stubEnv('AUTH_JWT_ISSUER', 'app');
    vi.stubEnv('AUTH_JWT_AUDIENCE', '');
    const key = { secret: ` ${'x'.repeat(32)}`, issuer: 'app', audience: undefined };
    expect(demoLogin()).toEqual({ mode: 'on', ...key });
  });

  test('names the variable that does not fit', () => {
    vi.stubEnv('WEB_DEMO_LOGIN', 'true');
    expect(demoLogin).toThrow(/^WEB_DEMO_LOGIN must be "on" or unset, not "true"$/);
    vi.stubEnv('WEB_DEMO_LOGIN', 'on');
    expect(demoLogin).toThrow(/^AUTH_JWT_SECRET must .* 32 bytes/);
    vi.stubEnv('AUTH_JWT_SECRET', 'x'.repeat(31));
    expect(demoLogin).toThrow(/^AUTH_JWT_SECRET must .* 32 bytes/);
  });
});

test('the chat server is where it is said to be, else beside the app', () => {
  expect(serverUrl()).toBe('http://localhost:3001');
  vi.stubEnv('NEXT_PUBLIC_URL', 'https://chat.example/');
  expect(serverUrl()).toBe('https://chat.example');
  vi.stubEnv('NEXT_PUBLIC_SOCKET_URL', 'chat.example');
  expect(serverUrl).toThrow(/^NEXT_PUBLIC_SOCKET_URL must be/);
});
