import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RoomTurns } from './room-turns.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Room 1 after this node's second turn, with those having had theirs before it. */
function afterRound(nodeIds: string[] = [], messages = 2) {
  const turns = new RoomTurns();
  for (const nodeId of nodeIds) turns.heard(1, nodeId, 1);
  turns.ended(1, 2, messages);
  let goesOn = false;
  const wait = () => void turns.others(1).then(() => (goesOn = true));
  const pass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    return goesOn;
  };
  return { turns, wait, pass };
}

test('nobody waits in a room where no other node writes', async () => {
  const { turns, wait, pass } = afterRound();
  turns.heard(2, 'b', 1);
  wait();
  expect(await pass(0)).toBe(true);
});

test('after its turn a node waits for those who have had theirs before, and a little for what that brings', async () => {
  const { turns, wait, pass } = afterRound(['b', 'c']);
  wait();
  turns.heard(1, 'c', 3);
  turns.heard(1, 'd', 4);
  expect(await pass(3)).toBe(false);
  turns.heard(1, 'b', 5);
  expect(await pass(1)).toBe(false);
  expect(await pass(1)).toBe(true);
});

test('what was before this node’s turn and is told after it is no turn, but that node is waited for', async () => {
  const { turns, wait, pass } = afterRound(['b']);
  turns.heard(1, 'c', 1);
  turns.heard(1, 'b', 3);
  wait();
  expect(await pass(5)).toBe(false);
  turns.heard(1, 'c', 4);
  expect(await pass(2)).toBe(true);
});

test('one that does not want its turn is waited for once, and not long', async () => {
  const { turns, wait, pass } = afterRound(['b']);
  wait();
  expect(await pass(9)).toBe(false);
  expect(await pass(1)).toBe(true);
  turns.ended(1, 3, 2);
  const second = vi.fn();
  void turns.others(1).then(second);
  await pass(0);
  expect(second).toHaveBeenCalledOnce();
});

test('nobody waits where a message was alone: there is nothing to gather', async () => {
  const { wait, pass } = afterRound(['b'], 1);
  wait();
  expect(await pass(0)).toBe(true);
});

test('who comes late has not to wait', async () => {
  const { wait, pass } = afterRound(['b']);
  await pass(10);
  wait();
  expect(await pass(0)).toBe(true);
});

test('nodes that write all the time keep nobody from their turn', async () => {
  const { turns, wait, pass } = afterRound(['b']);
  wait();
  let goesOn = false;
  for (let seq = 3; seq < 15; seq += 1) {
    turns.heard(1, 'b', seq);
    goesOn = await pass(1);
  }
  expect(goesOn).toBe(true);
});

test('a node that wrote long ago is not waited for, and many not for long', async () => {
  const turns = new RoomTurns();
  turns.heard(1, 'gone', 1);
  await vi.advanceTimersByTimeAsync(1_000);
  for (let n = 0; n < 100; n += 1) turns.heard(1, `node ${n}`, 2);
  turns.ended(1, 3, 2);
  let goesOn = false;
  void turns.others(1).then(() => (goesOn = true));
  for (let n = 0; n < 100; n += 1) turns.heard(1, `node ${n}`, 4);
  await vi.advanceTimersByTimeAsync(2);
  expect(goesOn).toBe(true);
  turns.ended(1, 5, 2);
  await vi.advanceTimersByTimeAsync(49);
  const second = vi.fn();
  void turns.others(1).then(second);
  await vi.advanceTimersByTimeAsync(0);
  expect(second).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(second).toHaveBeenCalled();
});
