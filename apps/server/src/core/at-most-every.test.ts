import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { atMostEvery } from './at-most-every.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('runs at once, then once for all who ask within the time, at its end', async () => {
  const run = vi.fn();
  const { ask } = atMostEvery(1_000, run);
  ask();
  await vi.advanceTimersByTimeAsync(1);
  expect(run).toHaveBeenCalledOnce();
  for (let n = 0; n < 5; n++) ask();
  await vi.advanceTimersByTimeAsync(998);
  expect(run).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(2);
  expect(run).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run).toHaveBeenCalledTimes(2);
});

test('with jitter they do not all run at the same moment', async () => {
  const startedAt = performance.now();
  const ran: number[] = [];
  for (let n = 0; n < 20; n++) atMostEvery(1_000, () => ran.push(performance.now() - startedAt), 500).ask();
  await vi.advanceTimersByTimeAsync(500);
  expect(ran).toHaveLength(20);
  expect(new Set(ran).size).toBeGreaterThan(10);
});

test('closed, it runs no more and leaves no timer', async () => {
  const run = vi.fn();
  const { ask, close } = atMostEvery(1_000, run);
  ask();
  close();
  ask();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run).not.toHaveBeenCalled();
});
