import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StartupError } from './core/startup-error.js';
import { readEnv } from './env.js';

const SECRET = 'x'.repeat(32);
const production = { NODE_ENV: 'production', SOCKET_IO_CORS_ORIGIN: 'https://a.example', AUTH_JWT_SECRET: SECRET };

test('an empty environment, and one of variables set to nothing, gives the documented defaults', () => {
  const defaults = {
    production: false,
    port: 3001,
    origins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
    dataDir: resolve('.data'),
    auth: {},
    rateLimitFactor: 1,
    trustedProxies: [],
    roomLog: { maxAgeMs: 30 * 86_400_000, maxEntries: 10_000 },
    logLevel: 'info',
  };
  expect(readEnv({})).toEqual(defaults);
  const names = ['NODE_ENV', 'SOCKET_IO_PORT', 'WEB_PORT', 'SOCKET_IO_CORS_ORIGIN', 'FRONTEND_URL', 'DATABASE_URL'];
  const more = ['DATA_DIR', 'AUTH_JWT_SECRET', 'AUTH_JWKS_URL', 'RATE_LIMIT_FACTOR', 'TRUSTED_PROXIES', 'LOG_LEVEL'];
  expect(readEnv(Object.fromEntries([...names, ...more].map((name) => [name, ''])))).toEqual(defaults);
});

describe('a good value is taken', () => {
  test.each([
    [{ SOCKET_IO_PORT: '65535' }, { port: 65535 }],
    [{ WEB_PORT: '8080' }, { origins: ['http://localhost:8080', 'http://127.0.0.1:8080'] }],
    [
      { SOCKET_IO_CORS_ORIGIN: 'https://a.example, http://b.example:81/' },
      { origins: ['https://a.example', 'http://b.example:81'] },
    ],
    [{ FRONTEND_URL: 'https://a.example' }, { origins: ['https://a.example'] }],
    [
      { FRONTEND_URL: 'https://a.example', SOCKET_IO_CORS_ORIGIN: 'https://b.example' },
      { origins: ['https://b.example'] },
    ],
    [{ DATABASE_URL: 'postgresql://u:p@h/db' }, { databaseUrl: 'postgresql://u:p@h/db' }],
    [{ DATABASE_URL: 'postgres://h/db' }, { databaseUrl: 'postgres://h/db' }],
    [
      { REDIS_URL: 'redis://h:6379', DATABASE_URL: 'postgres://h/db' },
      { redis: { urls: ['redis://h:6379'], isCluster: false, prefix: 'dream-studio:' } },
    ],
    [
      { REDIS_URL: 'rediss://a, rediss://b', REDIS_PREFIX: 'x:', DATABASE_URL: 'postgres://h/db' },
      { redis: { urls: ['rediss://a', 'rediss://b'], isCluster: true, prefix: 'x:' } },
    ],
    [
      { REDIS_URL: 'redis://h', REDIS_CLUSTER: 'true', DATABASE_URL: 'postgres://h/db' },
      { redis: { urls: ['redis://h'], isCluster: true, prefix: 'dream-studio:' } },
    ],
    [{ DATA_DIR: '/var/lib/chat' }, { dataDir: '/var/lib/chat' }],
    [{ AUTH_JWT_SECRET: SECRET }, { auth: { secret: SECRET } }],
    [{ AUTH_JWT_SECRET: 'é'.repeat(16) }, { auth: { secret: 'é'.repeat(16) } }],
    [{ AUTH_JWKS_URL: 'https://a.example/jwks' }, { auth: { jwksUrl: 'https://a.example/jwks' } }],
    [{ AUTH_JWT_ISSUER: 'i', AUTH_JWT_AUDIENCE: 'a' }, { auth: { issuer: 'i', audience: 'a' } }],
    [{ RATE_LIMIT_FACTOR: '0.5' }, { rateLimitFactor: 0.5 }],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, ::1,1.2.3.4' }, { trustedProxies: ['10.0.0.0/8', '::1', '1.2.3.4'] }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [
      { ROOM_LOG_MAX_AGE_DAYS: '0.5', ROOM_LOG_MAX_ENTRIES: '100' },
      { roomLog: { maxAgeMs: 43_200_000, maxEntries: 100 } },
    ],
    [{ NODE_ENV: 'test', UNKNOWN: 'x' }, { production: false }],
    [production, { production: true, origins: ['https://a.example'] }],
    [{ ...production, AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'https://a.example/jwks' }, { production: true }],
    [
      { ...production, SOCKET_IO_CORS_ORIGIN: '', FRONTEND_URL: 'https://b.example' },
      { origins: ['https://b.example'] },
    ],
  ])('%j', (source, expected) => {
    expect(readEnv(source)).toMatchObject(expected);
  });
});

describe('a bad or missing value stops the start with one line that names the variable', () => {
  test.each<[NodeJS.ProcessEnv, RegExp]>([
    ...['0', '65536', '3001.5', 'abc', '-1', ' '].map((port): [NodeJS.ProcessEnv, RegExp] => [
      { SOCKET_IO_PORT: port },
      /a port$/,
    ]),
    [{ WEB_PORT: 'x' }, /a port$/],
    [{ SOCKET_IO_CORS_ORIGIN: '*' }, /origins such as https:\/\/example.com, not "\*"$/],
    [{ SOCKET_IO_CORS_ORIGIN: 'https://a.example,https://b.example/path' }, /not "https:\/\/b.example\/path"$/],
    [{ SOCKET_IO_CORS_ORIGIN: 'a.example' }, /origins/],
    [{ FRONTEND_URL: 'ftp://a.example' }, /origins/],
    [{ DATABASE_URL: 'mysql://h/db' }, /postgresql:\/\/ URL$/],
    [{ REDIS_URL: 'http://h' }, /redis:\/\/ or rediss:\/\/ URL/],
    [{ REDIS_URL: 'redis://h' }, /needs DATABASE_URL as well/],
    [{ REDIS_CLUSTER: 'false', REDIS_URL: 'redis://a,redis://b', DATABASE_URL: 'postgres://h/db' }, /several URLs/],
    [{ REDIS_CLUSTER: 'yes' }, /true or false$/],
    [{ REDIS_PREFIX: 'a b' }, /letters, digits/],
    [{ AUTH_JWT_SECRET: 'x'.repeat(31) }, /at least 32 bytes/],
    [{ AUTH_JWKS_URL: 'file:///etc/keys' }, /http\(s\) URL$/],
    ...['0', '-1', 'x', 'Infinity'].map((f): [NodeJS.ProcessEnv, RegExp] => [
      { RATE_LIMIT_FACTOR: f },
      /a number above 0$/,
    ]),
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /addresses or CIDRs$/],
    [{ TRUSTED_PROXIES: '10.0.0.0/8,proxy' }, /addresses or CIDRs$/],
    ...['0', '-1', 'x'].map((days): [NodeJS.ProcessEnv, RegExp] => [
      { ROOM_LOG_MAX_AGE_DAYS: days },
      /a number of days$/,
    ]),
    ...['0', '1.5', 'x'].map((n): [NodeJS.ProcessEnv, RegExp] => [{ ROOM_LOG_MAX_ENTRIES: n }, /a number of entries$/]),
    [{ LOG_LEVEL: 'loud' }, /one of fatal, /],
    [{ ...production, SOCKET_IO_CORS_ORIGIN: '' }, /required in production/],
    [{ ...production, SOCKET_IO_CORS_ORIGIN: ' , ' }, /empty list$/],
    [{ ...production, AUTH_JWT_SECRET: '' }, /required in production/],
  ])('%j', (source, complaint) => {
    const named = Object.keys(source).find(
      (name) => name !== 'NODE_ENV' && !(source[name] ?? '').match(/^https:..a.example$|^x{32}$/),
    );
    let error: unknown;
    try {
      readEnv(source);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StartupError);
    const { message } = error as StartupError;
    expect(message).toMatch(complaint);
    expect(message).toMatch(new RegExp(`^${named}: [^\n]+$`));
  });

  test('and holds no secret', () => {
    for (const name of ['AUTH_JWT_SECRET', 'DATABASE_URL', 'REDIS_URL']) {
      expect(() => readEnv({ [name]: 'hunter2' })).not.toThrow(/hunter2/);
    }
  });
});
