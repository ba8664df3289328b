import { expect, test } from 'vitest';
import { memoizeLast } from './memoize.js';

test('the result stays the same object while each part is the same', () => {
  const joined = memoizeLast((parts: readonly string[]) => ({ text: parts.join('') }));
  const first = joined(['a', 'b']);
  expect(joined(['a', 'b'])).toBe(first);
  expect(joined(['a', 'c'])).toEqual({ text: 'ac' });
  expect(joined(['a', 'b'])).not.toBe(first);
});

test('parts that were added or left out count as a change, none at all as a value', () => {
  const joined = memoizeLast((parts: readonly string[]) => ({ text: parts.join('') }));
  expect(joined(['a'])).toEqual({ text: 'a' });
  expect(joined(['a', 'b'])).toEqual({ text: 'ab' });
  expect(joined(['a'])).toEqual({ text: 'a' });
  const none = joined([]);
  expect(none).toEqual({ text: '' });
  expect(joined([])).toBe(none);
});
