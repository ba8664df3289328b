import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createUndoableDeletes } from './undoable-deletes';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup(remove: (id: number) => Promise<unknown> = async () => undefined) {
  const removed = vi.fn(remove);
  const onError = vi.fn();
  const deletes = createUndoableDeletes({ waitMs: 5_000, remove: removed, onError });
  return { deletes, removed, onError, hidden: () => [...deletes.hidden.get()] };
}

describe('deleting with undo', () => {
  test('hides at once and deletes after the wait', async () => {
    const { deletes, removed, hidden } = setup();
    deletes.schedule(1);
    deletes.schedule(2);
    expect(hidden()).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(removed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(removed.mock.calls).toEqual([[1], [2]]);
    expect(hidden()).toEqual([]);
  });

  test('undo shows the message again and deletes nothing', async () => {
    const { deletes, removed, hidden } = setup();
    deletes.schedule(1);
    deletes.schedule(2);
    deletes.undo(1);
    expect(hidden()).toEqual([2]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(removed.mock.calls).toEqual([[2]]);
  });

  test('flush carries out what waits, once', async () => {
    const { deletes, removed } = setup();
    deletes.schedule(1);
    deletes.flush();
    deletes.flush();
    deletes.undo(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(removed.mock.calls).toEqual([[1]]);
  });

  test('a message that could not be deleted is shown again', async () => {
    const { deletes, onError, hidden } = setup(() => Promise.reject(new Error('no')));
    deletes.schedule(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(onError).toHaveBeenCalledOnce();
    expect(hidden()).toEqual([]);
  });
});
