import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLimiter } from './limiter.js';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const take = (limiter: ReturnType<typeof createLimiter>, times: number) =>
  Array.from({ length: times }, () => limiter.take());

test('the points of a window pass, the next waits until the first of them is a window old', () => {
  const limiter = createLimiter({ points: 3, windowMs: 60_000 });
  expect(limiter.take()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(take(limiter, 3)).toEqual([0, 0, 50_000]);
  vi.advanceTimersByTime(49_999);
  expect(limiter.take()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(take(limiter, 2)).toEqual([0, 10_000]);
});

test('no 60 s have more than the points, wherever they start', () => {
  const limiter = createLimiter({ points: 10, windowMs: 60_000 });
  const passed: number[] = [];
  for (let second = 0; second < 300; second++) {
    for (let n = 0; n < 3; n++) if (limiter.take() === 0) passed.push(Date.now());
    vi.advanceTimersByTime(1_000);
  }
  for (const start of passed) {
    expect(passed.filter((time) => time >= start && time < start + 60_000).length).toBeLessThanOrEqual(10);
  }
  expect(passed).toHaveLength(50);
});

test('the factor of the server multiplies the points', () => {
  const limiter = createLimiter({ points: 2, windowMs: 60_000 });
  limiter.setFactor(2);
  expect(take(limiter, 5)).toEqual([0, 0, 0, 0, 60_000]);
  limiter.setFactor(0.1);
  expect(limiter.take()).toBe(60_000);
});

test('a refusal of the server holds, whatever was counted here', () => {
  const limiter = createLimiter({ points: 2, windowMs: 60_000 });
  limiter.block(5_000);
  expect(limiter.take()).toBe(5_000);
  vi.advanceTimersByTime(5_000);
  expect(limiter.take()).toBe(0);
});
