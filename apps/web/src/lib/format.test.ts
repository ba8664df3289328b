import { describe, expect, test } from 'vitest';
import { formatAgo, formatCount, formatDay, formatUnread, initials } from './format';

const now = new Date(2026, 10, 23, 12, 0);
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();

describe('formatting', () => {
  test('days are named by the calendar, not by 24 hours', () => {
    expect(formatDay(at(2026, 10, 23, 0, 1), now)).toBe('Today');
    expect(formatDay(at(2026, 10, 22, 23, 59), now)).toBe('Yesterday');
    expect(formatDay(at(2026, 10, 1), now)).toContain('2026');
  });

  test('times ago are rounded down', () => {
    expect(formatAgo(at(2026, 10, 23, 11, 59), now)).toBe('1 min ago');
    expect(formatAgo(at(2026, 10, 23, 12, 0), now)).toBe('just now');
    expect(formatAgo(at(2026, 10, 23, 9, 30), now)).toBe('2 h ago');
  });

  test('initials are those of the first and last word, emoji whole', () => {
    expect(initials('ada king lovelace')).toBe('AL');
    expect(initials('Ann')).toBe('A');
    expect(initials('🌙 night')).toBe('🌙N');
    expect(initials('  ')).toBe('?');
  });

  test('counts agree with their noun', () => {
    expect([formatCount(1, 'member'), formatCount(2, 'member')]).toEqual(['1 member', '2 members']);
  });

  test('what is unread is a number as far as it is counted', () => {
    expect([1, 999, 1000, 2345].map(formatUnread)).toEqual(['1', '999', '999+', '999+']);
  });
});
