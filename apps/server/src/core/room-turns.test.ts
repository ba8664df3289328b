import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RoomTurns } from './room-turns.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether it is this node's turn after so many milliseconds of waiting. */
async function goesOnWithin(turns: RoomTurns, ms: number): Promise<boolean> {
  let goesOn = false;
  void turns.others(1).then(() => (goesOn = true));
  await vi.advanceTimersByTimeAsync(ms);
  return goesOn;
}

test('nobody waits in a room where no other node writes', async () => {
  const turns = new RoomTurns();
  expect(await goesOnWithin(turns, 0)).toBe(true);
  turns.ended(1, 1);
  expect(await goesOnWithin(turns, 0)).toBe(true);
  turns.heard(2, 1);
  expect(await goesOnWithin(turns, 0)).toBe(true);
});

test('after its turn a node waits until another had one', async () => {
  const turns = new RoomTurns();
  turns.heard(1, 1);
  expect(await goesOnWithin(turns, 0)).toBe(true);
  turns.ended(1, 3);
  let goesOn = false;
  void turns.others(1).then(() => (goesOn = true));
  // Told late: it was before this node's turn.
  turns.heard(1, 2);
  await vi.advanceTimersByTimeAsync(1);
  expect(goesOn).toBe(false);
  turns.heard(1, 4);
  await vi.advanceTimersByTimeAsync(0);
  expect(goesOn).toBe(true);
});

test('one that does not want its turn is waited for once, and not long', async () => {
  const turns = new RoomTurns();
  turns.heard(1, 1);
  turns.ended(1, 2);
  expect(await goesOnWithin(turns, 9)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  turns.ended(1, 3);
  expect(await goesOnWithin(turns, 0)).toBe(true);
});

test('who comes late has not to wait', async () => {
  const turns = new RoomTurns();
  turns.heard(1, 1);
  turns.ended(1, 2);
  await vi.advanceTimersByTimeAsync(10);
  expect(await goesOnWithin(turns, 0)).toBe(true);
});
