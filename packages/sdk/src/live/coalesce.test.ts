import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coalesceByKey, throttleByKey } from './coalesce.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a coalesced burst runs once for each key, after the delay', () => {
  const ran: string[] = [];
  const { call, cancel } = coalesceByKey((key: string) => ran.push(key), 100);
  for (const key of ['a', 'a', 'b', 'a']) call(key);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(ran).toEqual(['a', 'b']);
  call('a');
  cancel();
  vi.advanceTimersByTime(1_000);
  expect(ran).toEqual(['a', 'b']);
});

test('a throttled call runs at once, a burst once more at the end of the time, each key by itself', () => {
  const ran: string[] = [];
  const { call, cancel } = throttleByKey((key: string) => ran.push(key), 100);
  for (const key of ['a', 'a', 'b', 'a']) call(key);
  expect(ran).toEqual(['a', 'b']);
  vi.advanceTimersByTime(100);
  expect(ran).toEqual(['a', 'b', 'a']);
  vi.advanceTimersByTime(99);
  call('a');
  expect(ran).toHaveLength(3);
  vi.advanceTimersByTime(1);
  expect(ran).toHaveLength(4);
  call('a');
  cancel();
  vi.advanceTimersByTime(1_000);
  expect(ran).toHaveLength(4);
});
