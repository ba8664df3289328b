import { expect, test, vi } from 'vitest';
import { createListeners } from './listeners.js';

test('a listener that throws stops no other, and its error comes up by itself', () => {
  const later: (() => void)[] = [];
  using _ = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((then) => void later.push(then));
  const listeners = createListeners();
  const heard: unknown[] = [];
  listeners.on('x', () => {
    throw new Error('oh no');
  });
  listeners.on('x', (value: string) => heard.push(value));
  listeners.call('x', 'hi');
  expect(heard).toEqual(['hi']);
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('oh no');
});

test('a listener added twice is called twice, and taken away once at a time', () => {
  const listeners = createListeners();
  const listener = vi.fn();
  listeners.on('x', listener);
  listeners.on('x', listener);
  listeners.off('x', listener);
  listeners.call('x');
  expect(listener).toHaveBeenCalledTimes(1);
});
