import { jwtVerify } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ChatServerUnavailable } from './chat-server-unavailable';
import { demoToken, demoUserId, mintToken } from './demo-login';
import { sessionOf } from './session';

const secret = 'a secret of at least thirty-two bytes';
const key = new TextEncoder().encode(secret);

afterEach(() => vi.unstubAllGlobals());

describe('the id of a name', () => {
  test('is the same one ignoring case and the way it is written, and of that name alone', () => {
    expect(demoUserId('ÉVA')).toBe(demoUserId('éva'));
    expect(demoUserId('e\u0301va')).toBe(demoUserId('éva'));
    expect(demoUserId('Eva')).not.toBe(demoUserId('éva'));
  });

  test('is far from those of host apps, and safe as a number', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => demoUserId(`Somebody ${n}`));
    for (const id of ids) {
      expect(Number.isSafeInteger(id)).toBe(true);
      expect(id).toBeGreaterThanOrEqual(9_000_000_000_000);
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('does not change from one version of the app to the next', () => {
    expect(demoUserId('Ann')).toBe(1_191_287_379_009_582);
  });
});

describe('a token made here', () => {
  test('is about the name, for fifteen minutes, as the chat server verifies it', async () => {
    const token = await mintToken({ secret, issuer: 'app', audience: 'chat' }, 'Ann Lee');
    const options = { issuer: 'app', audience: 'chat', algorithms: ['HS256'] };
    const { payload } = await jwtVerify(token, key, options);
    expect(payload).toMatchObject({ sub: String(demoUserId('Ann Lee')), name: 'Ann Lee' });
    expect((payload.exp as number) - (payload.iat as number)).toBe(15 * 60);
    expect(sessionOf(token)).toEqual({ userId: demoUserId('Ann Lee'), name: 'Ann Lee' });
  });

  test('names no issuer and no audience unless they are set', async () => {
    const { payload } = await jwtVerify(await mintToken({ secret }, 'Ann'), key);
    expect(payload.iss ?? payload.aud).toBeUndefined();
  });
});

describe('a token of the chat server', () => {
  const login = { mode: 'dev', url: 'http://127.0.0.1:3001' } as const;

  test('comes from its sign-in by name', async () => {
    const calls: unknown[] = [];
    vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
      calls.push([url.href, init.method, init.body]);
      return Response.json({ token: 'abc', userId: 1, name: 'Ann' });
    });
    expect(await demoToken(login, 'Ann')).toBe('abc');
    expect(calls).toEqual([['http://127.0.0.1:3001/dev/login', 'POST', '{"name":"Ann"}']]);
  });

  test.each([
    ['its own words', async () => Response.json({ error: { message: 'Too fast' } }, { status: 429 }), 'Too fast'],
    ['no answer', () => Promise.reject(new TypeError('refused')), 'The chat server cannot be reached'],
    ['another server', async () => new Response('<html>'), 'The chat server cannot be reached'],
  ])('that is not to be had is said so: %s', async (_, fetch, message) => {
    vi.stubGlobal('fetch', fetch);
    await expect(demoToken(login, 'Ann')).rejects.toThrow(new ChatServerUnavailable(message));
  });
});
