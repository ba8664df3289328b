import { expect, test } from 'vitest';
import { backoffMs } from './backoff.js';

test('delays are spread from 0 to a ceiling that doubles up to 5 s', () => {
  const ceilings = [0, 1, 2, 3, 4, 50].map((failures) => backoffMs(failures, () => 1));
  expect(ceilings).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  expect(backoffMs(9, () => 0)).toBe(0);
});
