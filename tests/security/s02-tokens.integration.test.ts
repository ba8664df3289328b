import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnv } from '../../apps/server/src/env.js';
import { startTestApp, TEST_SECRET, type TestApp } from '../../apps/server/src/test/app.js';
import { listen, refusal } from './support.js';

const ISSUER = 'https://host.example';
const AUDIENCE = 'chat';
const USER = 4_711;
const now = () => Math.floor(Date.now() / 1000);
/** Claims need not be what the type says: that is what is tried. */
type Claims = Record<string, unknown>;
const good = (): Claims => ({ sub: String(USER), exp: now() + 600, iss: ISSUER, aud: AUDIENCE });
const bytes = (text: string) => new TextEncoder().encode(text);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const sign = (claims: Claims, key: CryptoKey | Uint8Array = bytes(TEST_SECRET), header = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);

/** What a token is worth: on a socket, over REST, over tRPC. */
async function worth(app: TestApp, token: string, userId: unknown = USER) {
  const socket = await refusal(app.url, { token, userId });
  const rest = await app.http('GET', '/shared/chat/users/me', { token });
  const trpc = await app.http('GET', '/trpc/user.me?input={}', { token });
  return [socket.message, rest.status, trpc.status];
}
const NOTHING = ['Invalid token', 401, 401];
const EVERYTHING = ['was let in', 200, 200];

/** Claims that are never good, whoever signed them. */
const badClaims: Record<string, () => Claims> = {
  expired: () => ({ ...good(), exp: now() - 61 }),
  'no exp': () => ({ ...good(), exp: undefined }),
  'exp as text': () => ({ ...good(), exp: 'never' }),
  'no sub': () => ({ ...good(), sub: undefined }),
  'future nbf': () => ({ ...good(), nbf: now() + 120 }),
  'wrong iss': () => ({ ...good(), iss: 'https://evil.example' }),
  'no iss': () => ({ ...good(), iss: undefined }),
  'wrong aud': () => ({ ...good(), aud: 'billing' }),
  'no aud': () => ({ ...good(), aud: undefined }),
  ...Object.fromEntries(
    ['0', '-1', '1.5', '1e3', '0x10', '007', ' 5', '', 'admin', '9007199254740993', '4711\n', '４７１１'].map((sub) => [
      `sub ${JSON.stringify(sub)}`,
      () => ({ ...good(), sub }),
    ]),
  ),
};

describe('with a shared secret', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { auth: { secret: TEST_SECRET, issuer: ISSUER, audience: AUDIENCE } } });
  });
  afterAll(() => app?.close());

  test('S2: a good token is let in, and one that expired within the tolerance', async () => {
    expect(await worth(app, await sign(good()))).toEqual(EVERYTHING);
    expect(await worth(app, await sign({ ...good(), exp: now() - 30 }))).toEqual(EVERYTHING);
  });

  test.each(Object.entries(badClaims))('S2: %s is refused', async (_title, claims) => {
    expect(await worth(app, await sign(claims()))).toEqual(NOTHING);
  });

  test('S2: alg none, other algorithms, another secret and a changed payload are refused', async () => {
    const [header = '', payload = '', signature = ''] = (await sign(good())).split('.');
    const forged = [
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'None' })}.${payload}.${signature}`,
      `${part({ alg: 'HS256', crit: ['x'], x: 1 })}.${payload}.${signature}`,
      `${header}.${part({ ...good(), sub: '1' })}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      await sign(good(), bytes(TEST_SECRET), { alg: 'HS384' }),
      await sign(good(), bytes(`${TEST_SECRET}!`)),
    ];
    for (const token of forged) expect([token, ...(await worth(app, token))]).toEqual([token, ...NOTHING]);
  });

  test('S2: a userId that is not the sub is refused; the sub as number or text is taken', async () => {
    const token = await sign(good());
    for (const userId of [USER + 1, '4711.0', ' 4711', true, [USER], { toString: USER }, `${USER}; 1`]) {
      expect([userId, (await refusal(app.url, { token, userId })).message]).toEqual([userId, 'Invalid token']);
    }
    for (const userId of [USER, String(USER)]) {
      const { socket } = await listen(app.url, { token, userId });
      socket.disconnect();
    }
  });
});

describe('with the public keys of a host app', () => {
  let app: TestApp;
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  const jwks = createServer(async (_request, response) => {
    const key = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });

  beforeAll(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
    const jwksUrl = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/keys`;
    const auth = { jwksUrl, issuer: ISSUER, audience: AUDIENCE };
    // The harness mints with its own secret; the server has none.
    app = await startTestApp({ env: { auth } });
  });
  afterAll(async () => {
    await app?.close();
    jwks.close();
  });

  const RS = { alg: 'RS256', kid: 'k1' };

  test('S2: the host app’s token is let in', async () => {
    expect(await worth(app, await sign(good(), keys.privateKey, RS))).toEqual(EVERYTHING);
  });

  test.each(Object.entries(badClaims))('S2: %s is refused', async (_title, claims) => {
    expect(await worth(app, await sign(claims(), keys.privateKey, RS))).toEqual(NOTHING);
  });

  test('S2: HS256 signed with the public key, in each form it is published in, is refused', async () => {
    const pem = await exportSPKI(keys.publicKey);
    const jwk = await exportJWK(keys.publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? '', TEST_SECRET]) {
      for (const kid of [{}, { kid: 'k1' }]) {
        expect(await worth(app, await sign(good(), bytes(secret), kid))).toEqual(NOTHING);
      }
    }
  });

  test('S2: an unknown kid, a key that came with the token, alg none and another key are refused', async () => {
    const mallory = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(mallory.publicKey);
    const [, payload = ''] = (await sign(good())).split('.');
    const forged = [
      await sign(good(), keys.privateKey, { alg: 'RS256', kid: 'k2' }),
      await sign(good(), mallory.privateKey, RS),
      await sign(good(), mallory.privateKey, { ...RS, jwk }),
      await sign(good(), mallory.privateKey, { ...RS, jku: 'http://127.0.0.1:1/keys' }),
      await sign(good(), (await generateKeyPair('ES256')).privateKey, { alg: 'ES256', kid: 'k1' }),
      `${part({ alg: 'none', kid: 'k1' })}.${payload}.`,
      `${part(RS)}.${payload}.`,
    ];
    for (const token of forged) expect([token, ...(await worth(app, token))]).toEqual([token, ...NOTHING]);
  });

  test('S2: nobody but the host app makes tokens', async () => {
    const { status } = await app.http('POST', '/dev/login', { body: { name: 'Eve' } });
    expect(status).toBe(404);
  });
});

test('S2: a secret of under 32 bytes refuses to start, naming the variable and not the secret', () => {
  const secret = 'x'.repeat(31);
  expect(() => readEnv({ AUTH_JWT_SECRET: secret })).toThrow(/^AUTH_JWT_SECRET: (?!.*xxxx)/);
  expect(readEnv({ AUTH_JWT_SECRET: `${secret}x` }).auth.secret).toBe(`${secret}x`);
});
