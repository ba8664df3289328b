import { expect, test, vi } from 'vitest';
import { fakeToken } from './test/fakes.js';
import { createTokens } from './tokens.js';

test('the user id is read from the token', () => {
  expect(createTokens({ token: fakeToken(7) }).userId).toBe(7);
});

test.each(['', 'junk', 'a.b.c', `${btoa('{}')}.${btoa('{"sub":"x"}')}.`])('a token without a user: %j', (token) => {
  expect(createTokens({ token }).userId).toBeUndefined();
});

test('a given token is used as it is, expired or not', async () => {
  const token = fakeToken(7, { expiresInMs: -1000 });
  const tokens = createTokens({ token });
  expect(await tokens.current()).toBe(token);
  expect(await tokens.fresh()).toBe(token);
  expect(tokens.renewable).toBe(false);
});

test('a token in hand is kept until it is about to expire', async () => {
  const getToken = vi
    .fn()
    .mockReturnValueOnce(fakeToken(7))
    .mockReturnValueOnce(fakeToken(7, { expiresInMs: 1000 }));
  const tokens = createTokens({ getToken });
  const first = await tokens.current();
  expect(await tokens.current()).toBe(first);
  const second = await tokens.fresh();
  expect(second).not.toBe(first);
  getToken.mockReturnValueOnce('third');
  expect(await tokens.current()).toBe('third');
});

test('questions at the same time share one answer, and a failed one is asked again', async () => {
  const getToken = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValue('token');
  const tokens = createTokens({ getToken });
  await expect(Promise.all([tokens.current(), tokens.current()])).rejects.toThrow('offline');
  expect(getToken).toHaveBeenCalledTimes(1);
  expect(await tokens.current()).toBe('token');
});
