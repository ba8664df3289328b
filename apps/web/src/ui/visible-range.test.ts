import { describe, expect, test } from 'vitest';
import { offsetsOf, visibleRange } from './visible-range';

const offsets = offsetsOf([30, 50, 50, 30, 50]);

describe('the rows in sight', () => {
  test('are those that a part of is between top and bottom', () => {
    expect(offsets).toEqual([0, 30, 80, 130, 160, 210]);
    expect(visibleRange(offsets, 0, 60, 0)).toEqual({ first: 0, end: 2 });
    expect(visibleRange(offsets, 79, 2, 0)).toEqual({ first: 1, end: 3 });
    expect(visibleRange(offsets, 150, 500, 0)).toEqual({ first: 3, end: 5 });
  });

  test('and some more, within the list', () => {
    expect(visibleRange(offsets, 79, 2, 1)).toEqual({ first: 0, end: 4 });
    expect(visibleRange(offsets, 79, 2, 9)).toEqual({ first: 0, end: 5 });
  });

  test('are none of none, and the last ones when scrolled too far', () => {
    expect(visibleRange(offsetsOf([]), 0, 100, 3)).toEqual({ first: 0, end: 0 });
    expect(visibleRange(offsets, 9_999, 100, 0)).toEqual({ first: 4, end: 5 });
  });

  test('of a thousand are few', () => {
    const { first, end } = visibleRange(offsetsOf(Array(1000).fill(52)), 20_000, 600, 4);
    expect(first).toBe(380);
    expect(end).toBe(401);
  });
});
