import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeToken } from './test/fakes.js';
import { createTokenRenewal } from './token-renewal.js';
import { createTokens } from './tokens.js';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const start = async (expiresInMs: number, getToken = () => fakeToken(5, { expiresInMs })) => {
  const tokens = createTokens({ getToken });
  await tokens.fresh();
  const refresh = vi.fn(async (_token: string) => {});
  const renewal = createTokenRenewal(tokens, refresh);
  renewal.start();
  return { renewal, refresh };
};

test('a token is replaced a minute before its end, again and again', async () => {
  const { refresh } = await start(10 * 60_000);
  await vi.advanceTimersByTimeAsync(9 * 60_000 - 1);
  expect(refresh).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

test('a short one at half of its life, and one that has run out not without pause', async () => {
  const short = await start(30_000);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(short.refresh).toHaveBeenCalledTimes(1);
  short.renewal.stop();
  const over = await start(-5_000);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(over.refresh).toHaveBeenCalledTimes(3);
});

test('one that lasts for years does not make a timer fire at once', async () => {
  const { refresh } = await start(3 * 365 * 86_400_000);
  await vi.advanceTimersByTimeAsync(30 * 86_400_000);
  expect(refresh).not.toHaveBeenCalled();
});

test('nothing happens after stop(), nor without a source of tokens', async () => {
  const { renewal, refresh } = await start(60_000);
  renewal.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(refresh).not.toHaveBeenCalled();

  const fixed = createTokenRenewal(createTokens({ token: fakeToken(5) }), refresh);
  fixed.start();
  await fixed.renew();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(refresh).not.toHaveBeenCalled();
});

test('a source of tokens that fails is not the end of anything', async () => {
  let failing = false;
  const { refresh } = await start(120_000, () => {
    if (failing) throw new Error('offline');
    return fakeToken(5, { expiresInMs: 120_000 });
  });
  failing = true;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(refresh).not.toHaveBeenCalled();
});
