import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GOOD_STANDING } from './standing.js';
import { startStandingWatch } from './standing-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch over a database that can be away, and tells the ids it has for the next look. */
function start({ isAway = false } = {}) {
  const database = { isAway, changed: [] as number[], looks: [] as [string | null, number][] };
  const told: number[] = [];
  const warnings: string[] = [];
  const quiet = () => {};
  const watch = startStandingWatch({
    standings: {
      async changes(since, backMs) {
        database.looks.push([since, Math.round(backMs)]);
        if (database.isAway) throw new Error('away');
        const users = database.changed.splice(0).map((userId) => ({ userId, standing: GOOD_STANDING }));
        return { at: `look ${database.looks.length}`, users };
      },
    },
    listener: { changed: (userId) => void told.push(userId) },
    log: { debug: quiet, info: quiet, error: quiet, warn: (_fields, message) => void warnings.push(message) },
  });
  return { database, told, warnings, watch };
}

test('looks at once and every 2 s, each time from before the last look', async () => {
  const { database, told, watch } = start();
  await vi.advanceTimersByTimeAsync(0);
  database.changed = [5, 6];
  await vi.advanceTimersByTimeAsync(4_000);
  expect(told).toEqual([5, 6]);
  expect(database.looks).toEqual([
    [null, 10_000],
    ['look 1', 10_000],
    ['look 2', 10_000],
  ]);
  await watch.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(database.looks).toHaveLength(3);
});

test('a failed look is caught up by the next, which begins where the last good one was', async () => {
  const { database, told, warnings, watch } = start();
  await vi.advanceTimersByTimeAsync(0);
  database.isAway = true;
  database.changed = [5];
  await vi.advanceTimersByTimeAsync(4_000);
  expect([told, warnings]).toEqual([[], Array(2).fill('cannot look for who is kept out')]);
  database.isAway = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual([5]);
  expect(database.looks.at(-1)).toEqual(['look 1', 10_000]);
  await watch.close();
});

test('with no look that was good yet, it goes back to its own start', async () => {
  const { database, watch } = start({ isAway: true });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(database.looks.slice(1)).toEqual([
    [null, 12_000],
    [null, 14_000],
    [null, 16_000],
  ]);
  await watch.close();
});
