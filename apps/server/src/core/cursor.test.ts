import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, toPage } from './cursor.js';

const isRefused = expect.objectContaining({
  code: 'BAD_INPUT',
  extra: { issues: [expect.objectContaining({ path: ['cursor'] })] },
});

test('a cursor gives back the integers it was made of', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 3 }), (parts) => {
      expect(decodeCursor(encodeCursor(...parts), parts.length)).toEqual(parts);
    }),
  );
});

test('a cursor of another list, or any other text, is BAD_INPUT', () => {
  const strange = [
    '',
    'x',
    encodeCursor(1, 2),
    encodeCursor(-1),
    encodeCursor(0.5),
    encodeCursor(2 ** 53),
    btoa('1e3'),
  ];
  for (const cursor of strange) expect(() => decodeCursor(cursor, 1)).toThrow(isRefused);
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(decodeCursor(text, 2).every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      } catch (error) {
        expect(error).toEqual(isRefused);
      }
    }),
  );
});

test('a page has a next one only when a row too many was read', () => {
  const cursorOf = (last: number) => `after ${last}`;
  expect(toPage([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], nextCursor: 'after 2' });
  expect(toPage([1, 2], 2, cursorOf)).toEqual({ items: [1, 2], nextCursor: null });
  expect(toPage([], 2, cursorOf)).toEqual({ items: [], nextCursor: null });
});
