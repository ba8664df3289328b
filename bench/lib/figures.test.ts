import { expect, test } from 'vitest';
import { markdown, percentile, share, spread } from './figures.js';

test('a percentile is one of the values: the smallest that is not below that part of them', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([50, 95, 100].map((percent) => percentile(values, percent))).toEqual([50, 95, 100]);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([], 95)).toBeNaN();
});

test('a share is never rounded up to all of it', () => {
  expect(share(59_999, 60_000)).toBe('99.99 %');
  expect(share(60_000, 60_000)).toBe('100.00 %');
});

test('where nothing was measured the table says nothing', () => {
  expect(spread([])).toBe('- / - / -');
  expect(spread([420, 1_000])).toBe('0.42 s / 1.00 s / 1.00 s');
  expect(markdown(['', 'b'], [['long', '1']])).toBe('|      | b |\n| ---- | - |\n| long | 1 |');
});
