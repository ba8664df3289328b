import { expect, test, vi } from 'vitest';
import { startRemovalWatch } from './removal-watch.js';

const quiet = { debug() {}, info() {}, warn: vi.fn(), error() {} };

test('publishes what is missing of rooms with a member online here, and of no others', async () => {
  const publishMissing = vi.fn(async () => {});
  const removals = vi.fn(async () => ({
    at: 'now',
    seqs: new Map([
      [1, 7],
      [2, 9],
    ]),
  }));
  const watch = startRemovalWatch({
    registry: { onlineIn: (roomId) => new Set(roomId === 1 ? [5] : []) },
    publishMissing,
    removals,
    log: quiet,
  });
  await watch.look();
  await watch.look();
  await watch.close();
  expect(removals).toHaveBeenLastCalledWith('now', 10_000);
  expect(publishMissing).toHaveBeenLastCalledWith(new Map([[1, 7]]));
});
