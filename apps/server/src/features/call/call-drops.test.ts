import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CallDropsDeps, startCallDrops } from './call-drops.js';

const RETURN_MS = 15_000;
const AWAY_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('while it cannot be known who is connected, one line tells so for all, and they are looked at when it can be', async () => {
  const there = new Set([1]);
  let isAway = true;
  const warn = vi.fn();
  const write = vi.fn();
  const drops = startCallDrops({
    calls: {
      activeUserIds: async () => [1, 2, 3],
      activeOf: async (userId: number) => [{ callId: 7, roomId: userId }],
    } as unknown as CallDropsDeps['calls'],
    roomLog: { write } as unknown as CallDropsDeps['roomLog'],
    presence: {
      async isConnected(userId) {
        if (isAway && userId !== 2) throw new Error('Redis is away');
        return there.has(userId);
      },
    },
    log: { debug() {}, info() {}, warn, error() {} },
  });
  await vi.advanceTimersByTimeAsync(RETURN_MS + AWAY_MS);
  const left = () => write.mock.calls.map(([roomId]) => roomId);
  expect([warn.mock.calls.length, left()]).toEqual([1, [2]]);
  isAway = false;
  await vi.advanceTimersByTimeAsync(AWAY_MS);
  expect(left()).toEqual([2, 3]);
  expect(warn).toHaveBeenCalledTimes(1);
  drops.stop();
});
