import { expect, test } from 'vitest';
import { backoffMs } from './backoff.js';

test('delays are spread from 0 to a ceiling: 2 s for the first tries, 5 s in the end', () => {
  const ceilings = [0, 1, 2, 5, 6, 50].map((failures) => backoffMs(failures, () => 1));
  expect(ceilings).toEqual([500, 1000, 2000, 2000, 5000, 5000]);
  expect(backoffMs(9, () => 0)).toBe(0);
});
