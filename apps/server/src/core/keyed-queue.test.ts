import { expect, test, vi } from 'vitest';
import { KeyedQueue } from './keyed-queue.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('work of one key runs one after the other, in the order it came', async () => {
  const queue = new KeyedQueue<number>(60_000);
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await turn();
    seen.push(`${name} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => queue.run(1, work(name))));
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('work of another key does not wait', async () => {
  const queue = new KeyedQueue<number>(60_000);
  let free = (_: string) => {};
  const stuck = queue.run(1, () => new Promise<string>((resolve) => (free = resolve)));
  expect(await queue.run(2, async () => 'at once')).toBe('at once');
  free('freed');
  expect(await stuck).toBe('freed');
});

test('a failure reaches its own caller and stops nobody behind it', async () => {
  const queue = new KeyedQueue<number>(60_000);
  const failing = queue.run(1, async () => {
    throw new Error('no');
  });
  const next = queue.run(1, async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('a key that is idle again starts at once, also after a failure', async () => {
  const queue = new KeyedQueue<number>(60_000);
  await queue.run(1, () => Promise.reject(new Error('no'))).catch(() => undefined);
  await turn();
  let started = false;
  void queue.run(1, async () => {
    started = true;
  });
  expect(started).toBe(true);
});

test('work that waited too long is refused and never runs; what came later does when its turn comes', async () => {
  vi.useFakeTimers();
  try {
    const queue = new KeyedQueue<number>(2_000);
    let free = (_: string) => {};
    const stuck = queue.run(1, () => new Promise<string>((resolve) => (free = resolve)));
    const impatient = vi.fn(async () => 'never');
    const refused = expect(queue.run(1, impatient)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await vi.advanceTimersByTimeAsync(1_999);
    const later = queue.run(1, async () => 'later');
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    free('freed');
    expect(await stuck).toBe('freed');
    expect(await later).toBe('later');
    expect(impatient).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
