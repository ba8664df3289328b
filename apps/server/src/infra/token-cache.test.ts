import { TIMES } from '@dream-studio/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../core/errors.js';
import { createTokenCache } from './token-cache.js';

const NOW = Date.UTC(2030, 0, 1);
beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** A cache over a verifier of tokens such as `7:300`: user 7, for 300 more seconds; and what it was asked. */
function start(capacity?: number) {
  const asked: string[] = [];
  const cache = createTokenCache(
    {
      async verify(token) {
        asked.push(token);
        const [userId = 0, seconds = 0] = token.split(':').map(Number);
        const expiresAt = new Date(NOW + seconds * 1_000);
        if (Date.now() >= expiresAt.getTime() + TIMES.tokenLeewayMs) throw new AppError('UNAUTHENTICATED');
        return { userId, name: null, picture: null, issuedAt: null, expiresAt, isService: false };
      },
    },
    capacity,
  );
  return { verify: cache.verify, asked };
}

test('a token is verified once, and again after a minute', async () => {
  const { verify, asked } = start();
  for (let n = 0; n < 3; n++) expect(await verify('7:3600')).toMatchObject({ userId: 7 });
  expect(asked).toHaveLength(1);
  vi.setSystemTime(NOW + 60_000);
  expect(await verify('7:3600')).toMatchObject({ userId: 7 });
  expect(asked).toHaveLength(2);
});

test('it is never taken for valid beyond its end', async () => {
  const { verify } = start();
  const end = NOW + 10_000 + TIMES.tokenLeewayMs;
  vi.setSystemTime(end - 1);
  expect(await verify('7:10')).toMatchObject({ userId: 7 });
  vi.setSystemTime(end);
  await expect(verify('7:10')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('another token of the same user is another token', async () => {
  const { verify, asked } = start();
  await verify('7:3600');
  expect(await verify('8:3600')).toMatchObject({ userId: 8 });
  await verify('7:3601');
  expect(asked).toEqual(['7:3600', '8:3600', '7:3601']);
});

test('what is not valid is asked each time', async () => {
  const { verify, asked } = start();
  for (let n = 0; n < 2; n++) await expect(verify('7:-1000')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(asked).toHaveLength(2);
});

test('over its capacity it forgets those it has known longest', async () => {
  const { verify, asked } = start(2);
  for (const token of ['1:9', '2:9', '3:9', '3:9', '2:9']) await verify(token);
  expect(asked).toHaveLength(3);
  await verify('1:9');
  expect(asked).toHaveLength(4);
});
