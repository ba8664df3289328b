import { operations } from '@dream-studio/contracts';
import { describe, expect, test } from 'vitest';
import { inputFromStrings } from './rest-input.js';

const list = (query: string) => inputFromStrings(operations['message.list'], new URLSearchParams(query));

describe('a number', () => {
  test.each([
    ['limit=20', { limit: 20 }],
    ['limit=-1', { limit: -1 }],
    ['limit=1.5', { limit: 1.5 }],
    ['before=0', { before: 0 }],
  ])('is read where the schema expects one: %s', (query, input) => {
    expect(list(query)).toEqual(input);
  });

  test.each(['', '1e3', '0x10', ' 1', '1 ', '+1', 'abc', 'Infinity', 'NaN', '1_000', '٣', '1,2'])(
    'written otherwise stays text, for the schema to refuse: %j',
    (text) => {
      const input = inputFromStrings(operations['message.list'], [['limit', text]]);
      expect(input).toEqual({ limit: text });
      expect(operations['message.list'].input.safeParse({ roomId: 1, ...input }).success).toBe(false);
    },
  );

  test('given twice is refused, not one of them picked', () => {
    const input = list('limit=1&limit=2');
    expect(operations['message.list'].input.safeParse({ roomId: 1, ...input }).success).toBe(false);
  });

  test('beyond the safe integers is refused, not rounded', () => {
    const input = list('roomId=9007199254740993');
    expect(operations['message.list'].input.safeParse(input).success).toBe(false);
  });
});

test('text stays text, even where it looks like a number or is empty', () => {
  expect(inputFromStrings(operations['user.search'], [['q', '42']])).toEqual({ q: '42' });
  expect(inputFromStrings(operations['room.list'], [['cursor', '']])).toEqual({ cursor: '' });
});

test('a list may be repeated, comma-separated, or both', () => {
  const userIds = (query: string) => inputFromStrings(operations['presence.list'], new URLSearchParams(query)).userIds;
  expect(userIds('userIds=1&userIds=2')).toEqual([1, 2]);
  expect(userIds('userIds=1,2&userIds=3')).toEqual([1, 2, 3]);
  expect(userIds('userIds=1')).toEqual([1]);
  expect(userIds('userIds=1,x')).toEqual([1, 'x']);
});

test('keys the schema does not name are left out, an object’s own among them', () => {
  const strange: [string, string][] = [
    ['x', '1'],
    ['constructor', '1'],
    ['__proto__', '1'],
    ['limit', '5'],
  ];
  expect(inputFromStrings(operations['message.list'], strange)).toEqual({ limit: 5 });
});
