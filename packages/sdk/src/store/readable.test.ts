import { expect, test, vi } from 'vitest';
import { createStore } from './readable.js';

test('a listener that throws keeps neither the others nor the state from a change', () => {
  const later: (() => void)[] = [];
  using _ = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((then) => void later.push(then));
  const store = createStore(1);
  const seen: number[] = [];
  store.subscribe(() => {
    throw new Error('oh no');
  });
  store.subscribe(() => seen.push(store.get()));
  store.set(() => 2);
  expect(seen).toEqual([2]);
  expect(later[0]).toThrow('oh no');
});
