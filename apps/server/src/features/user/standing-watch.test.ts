import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log } from '../../core/ports.js';
import { GOOD_STANDING } from './standing.js';
import type { StandingChanges } from './standing.repository.js';
import { startStandingWatch } from './standing-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch over a database that answers when and what the test says. */
function start() {
  const asked: { since: string | null; backMs: number; answer(userIds: number[]): void; fail(): void }[] = [];
  const changed: number[] = [];
  const log = { warn: vi.fn() };
  const watch = startStandingWatch({
    standings: {
      changes: (since, backMs) =>
        new Promise<StandingChanges>((resolve, reject) => {
          const at = `time ${asked.length}`;
          const answer = (userIds: number[]) =>
            resolve({ at, users: userIds.map((userId) => ({ userId, standing: GOOD_STANDING })) });
          asked.push({ since, backMs, answer, fail: () => reject(new Error('no database')) });
        }),
    },
    listener: { changed: (userId) => void changed.push(userId) },
    log: log as unknown as Log,
  });
  return { watch, asked, changed, log };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

test('looks every 2 s from the last look on, with an overlap', async () => {
  const { watch, asked, changed } = start();
  await turn();
  expect(asked).toMatchObject([{ since: null }]);
  asked[0]?.answer([]);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked[1]).toMatchObject({ since: 'time 0', backMs: 10_000 });
  asked[1]?.answer([7, 8]);
  await watch.close();
  expect(changed).toEqual([7, 8]);
});

test('a look that failed is caught up by the next, which goes back as far as it should have', async () => {
  const { watch, asked, changed, log } = start();
  await turn();
  asked[0]?.answer([]);
  for (let n = 1; n <= 3; n++) {
    await vi.advanceTimersByTimeAsync(2_000);
    asked[n]?.fail();
  }
  expect(log.warn).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(log.warn).toHaveBeenCalledTimes(3);
  expect(asked[4]).toMatchObject({ since: 'time 0' });
  asked[4]?.answer([7]);
  await watch.close();
  expect(changed).toEqual([7]);
});

test('before the first look that could be made it goes back to the start', async () => {
  const { watch, asked } = start();
  await turn();
  await vi.advanceTimersByTimeAsync(60_000);
  asked[0]?.fail();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked[1]?.since).toBeNull();
  expect(asked[1]?.backMs).toBeGreaterThanOrEqual(72_000);
  asked[1]?.answer([]);
  await watch.close();
});

test('asked to look, it does at once; asked while it looks, once more after that, for all who ask', async () => {
  const { watch, asked, changed } = start();
  await turn();
  asked[0]?.answer([]);
  await turn();
  let done = 0;
  const asking = [watch.look().then(() => ++done)];
  await turn();
  expect(asked).toHaveLength(2);
  for (let n = 0; n < 3; n++) asking.push(watch.look().then(() => ++done));
  asked[1]?.answer([]);
  await turn();
  expect([asked.length, done]).toEqual([3, 1]);
  asked[2]?.answer([7]);
  await Promise.all(asking);
  expect(changed).toEqual([7]);
  // And the time goes on from there.
  await vi.advanceTimersByTimeAsync(1_999);
  expect(asked).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(4);
  asked[3]?.answer([]);
  await watch.close();
});

test('closed, it looks no more, and waits for the look under way', async () => {
  const { watch, asked } = start();
  await turn();
  let closed = false;
  const closing = watch.close().then(() => {
    closed = true;
  });
  await turn();
  expect(closed).toBe(false);
  asked[0]?.answer([]);
  await closing;
  await watch.look();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
});
