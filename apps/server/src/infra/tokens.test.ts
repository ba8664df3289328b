import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTokenMint, createTokenVerifier } from './tokens.js';

const SECRET = 'a secret that only the tests know, of more than 32 bytes';
const key = new TextEncoder().encode(SECRET);
const { verify } = createTokenVerifier({ secret: SECRET });
const mint = createTokenMint({ secret: SECRET });

/** A token with these claims over good ones; undefined leaves one out. */
const sign = (claims: object, alg = 'HS256') =>
  new SignJWT({ sub: '5', exp: Math.floor(Date.now() / 1000) + 60, ...claims } as never)
    .setProtectedHeader({ alg })
    .sign(key);

const isRefused = { code: 'UNAUTHENTICATED', message: 'Invalid token' };

afterEach(() => void vi.useRealTimers());

test('a minted token says who it was minted for, and until when', async () => {
  vi.useFakeTimers({ now: new Date('2030-01-01T00:00:00Z'), toFake: ['Date'] });
  expect(await verify(await mint(5, 'Ann', '12h'))).toEqual({
    userId: 5,
    name: 'Ann',
    picture: null,
    issuedAt: new Date('2030-01-01T00:00:00Z'),
    expiresAt: new Date('2030-01-01T12:00:00Z'),
    isService: false,
  });
});

test('a service token is one whose role says just that', async () => {
  expect(await verify(await mint(5, 'Bot', '12h', { isService: true }))).toMatchObject({ userId: 5, isService: true });
  for (const role of ['Service', 'user', ['service'], true, 1, null, { service: true }]) {
    expect(await verify(await sign({ role }))).toMatchObject({ isService: false });
  }
});

test('a token without iat does not say when it was issued', async () => {
  expect(await verify(await sign({}))).toMatchObject({ issuedAt: null });
});

describe('refused as invalid', () => {
  test.each(['', 'x', 'a.b', 'a.b.c', '..', 'é.é.é', 'null', `${'a'.repeat(100)}.e30.x`])('%j', async (token) => {
    await expect(verify(token)).rejects.toMatchObject(isRefused);
  });

  test('any text at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]*\.[\w-]*\.[\w-]*$/)), async (token) => {
        await expect(verify(token)).rejects.toMatchObject(isRefused);
      }),
      { numRuns: 200 },
    );
  });

  test('another secret, another algorithm, none', async () => {
    const other = await createTokenMint({ secret: SECRET.toUpperCase() })(5, 'Ann');
    const unsigned = `${btoa('{"alg":"none"}')}.${(await mint(5, 'Ann')).split('.')[1]}.`;
    const { privateKey } = await generateKeyPair('ES256');
    const es256 = await new SignJWT({ sub: '5' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1h')
      .sign(privateKey);
    for (const token of [other, unsigned, es256, await sign({}, 'HS512')]) {
      await expect(verify(token)).rejects.toMatchObject(isRefused);
    }
  });

  test('a changed token', async () => {
    const [head, , signature] = (await mint(5, 'Ann')).split('.');
    const body = (await mint(6, 'Ann')).split('.')[1];
    await expect(verify([head, body, signature].join('.'))).rejects.toMatchObject(isRefused);
  });

  test.each([undefined, '', '0', '-1', '05', '+5', '5.0', ' 5', 'abc', '9007199254740992', '1e3', null])(
    'sub %j',
    async (sub) => {
      await expect(sign({ sub }).then(verify)).rejects.toMatchObject(isRefused);
    },
  );

  test.each([undefined, 'tomorrow', null])('exp %j', async (exp) => {
    await expect(sign({ exp }).then(verify)).rejects.toMatchObject(isRefused);
  });

  test('an issuer or audience that is not the one configured, or missing', async () => {
    const strict = createTokenVerifier({ secret: SECRET, issuer: 'host', audience: 'chat' });
    const good = { iss: 'host', aud: ['chat', 'other'] };
    expect(await strict.verify(await sign(good))).toMatchObject({ userId: 5 });
    for (const bad of [{ iss: 'host' }, { aud: 'chat' }, { ...good, iss: 'x' }, { ...good, aud: 'x' }]) {
      await expect(sign(bad).then(strict.verify)).rejects.toMatchObject(isRefused);
    }
    const minted = await createTokenMint({ secret: SECRET, issuer: 'host', audience: 'chat' })(5, 'Ann');
    expect(await strict.verify(minted)).toMatchObject({ userId: 5 });
  });
});

test('clocks may be 60 s apart, not more', async () => {
  const now = Math.floor(Date.now() / 1000);
  vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] });
  expect(await verify(await sign({ exp: now - 59 }))).toMatchObject({ userId: 5 });
  await expect(sign({ exp: now - 60 }).then(verify)).rejects.toMatchObject(isRefused);
  expect(await verify(await sign({ nbf: now + 60 }))).toMatchObject({ userId: 5 });
  await expect(sign({ nbf: now + 61 }).then(verify)).rejects.toMatchObject(isRefused);
});

describe('what the token says of its user', () => {
  test.each([
    [undefined, null],
    ['', null],
    ['  \n ', null],
    [7, null],
    [' Ann\u0000\nLee ', 'Ann Lee'],
    ['é'.repeat(90), 'é'.repeat(80)],
    [`${'x'.repeat(79)}😀`, `${'x'.repeat(79)}\ufffd`],
  ])('the name %j is %j', async (name, clean) => {
    expect((await verify(await sign({ name }))).name).toBe(clean);
  });

  test.each([
    ['https://example.com/a.png', 'https://example.com/a.png'],
    ['javascript:alert(1)', null],
    ['https://example.com/a b.png', null],
    [`https://example.com/${'a'.repeat(2048)}`, null],
    [7, null],
  ])('the picture %j is %j', async (picture, clean) => {
    expect((await verify(await sign({ picture }))).picture).toBe(clean);
  });

  test.each([1e10, 1e15, Number.MAX_SAFE_INTEGER])(
    'an end as far away as %d is a time that can be told',
    async (exp) => {
      const { expiresAt } = await verify(await sign({ exp }));
      expect(expiresAt.toISOString()).toMatch(/^\d{4}-/);
    },
  );
});
