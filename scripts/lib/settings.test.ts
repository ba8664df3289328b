import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { readSettings, requireFreePort, SetupError } from './settings.js';

test('ports and the address of the server have defaults', () => {
  expect(readSettings({})).toMatchObject({ serverPort: 3001, webPort: 3000, socketUrl: 'http://localhost:3001' });
  expect(readSettings({ SOCKET_IO_PORT: '4001', WEB_PORT: '' }).socketUrl).toBe('http://localhost:4001');
});

test('the given address of the server wins', () => {
  expect(readSettings({ NEXT_PUBLIC_SOCKET_URL: 'https://chat.example' }).socketUrl).toBe('https://chat.example');
  expect(readSettings({ NEXT_PUBLIC_URL: 'https://chat.example' }).socketUrl).toBe('https://chat.example');
});

test.each(['0', '65536', '-1', '3000x', '1e3', '3.5'])('port %j is refused by the name of its variable', (port) => {
  expect(() => readSettings({ WEB_PORT: port })).toThrow(/^WEB_PORT .*1 to 65535/);
  expect(() => readSettings({ SOCKET_IO_PORT: port })).toThrow(/^SOCKET_IO_PORT .*1 to 65535/);
});

test('both may not have the same port', () => {
  expect(() => readSettings({ WEB_PORT: '3001' })).toThrow(SetupError);
});

test('a port in use is refused by the name of its variable, a free one is not', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await expect(requireFreePort('WEB_PORT', port, 0)).rejects.toThrow(`WEB_PORT: port ${port} is in use`);
  await new Promise((resolve) => server.close(resolve));
  await requireFreePort('WEB_PORT', port, 0);
});

test('sign-in by name is the server’s outside production, and in production only there when asked for', () => {
  const demoLogin = (env: NodeJS.ProcessEnv) => readSettings(env).demoLogin;
  expect([demoLogin({}), demoLogin({ WEB_DEMO_LOGIN: 'on' })]).toEqual(['dev', 'dev']);
  const production = { NODE_ENV: 'production' };
  expect([demoLogin(production), demoLogin({ ...production, WEB_DEMO_LOGIN: 'on' })]).toEqual(['off', 'on']);
  expect(() => demoLogin({ ...production, WEB_DEMO_LOGIN: 'dev' })).toThrow(/^WEB_DEMO_LOGIN must be "on"/);
});
