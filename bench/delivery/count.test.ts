import { describe, expect, test } from 'vitest';
import { count, faults } from './count.js';
import { ClientRecord, type Sent } from './record.js';

const sent: Sent[] = ['a', 'b', 'c'].map((text, at) => ({ room: 0, text, at }));
const other: Sent = { room: 1, text: 'x', at: 0 };

/** A client of room 0 that was given these, each with its number. */
const given = (...deliveries: [text: string, order: number][]): ClientRecord => {
  const record = new ClientRecord(0);
  for (const [text, order] of deliveries) record.delivered(text, order, 0);
  return record;
};
const all = () => given(['a', 1], ['b', 2], ['c', 3]);

describe('what was delivered is counted against what was sent', () => {
  test('every message to every client of its room, once and in order, is without fault', () => {
    const stranger = new ClientRecord(1);
    stranger.delivered('x', 1, 0);
    const counts = count([...sent, other], [all(), all(), stranger]);
    expect(counts).toEqual({
      sent: 4,
      expected: 7,
      delivered: 7,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      unexpected: 0,
      wrongLists: 0,
    });
    expect(faults(counts)).toEqual([]);
  });

  test('what a client never got is lost, for each client', () => {
    const counts = count(sent, [given(['a', 1], ['c', 3]), given(), all()]);
    expect(counts).toMatchObject({ expected: 9, delivered: 5, lost: 4, duplicated: 0, reordered: 0 });
    expect(faults(counts)).toEqual(['4 deliveries lost']);
  });

  test('what comes again is a duplicate, and does not make up for a loss', () => {
    const counts = count(sent, [given(['a', 1], ['b', 2], ['a', 1], ['a', 4])]);
    expect(counts).toMatchObject({ delivered: 2, lost: 1, duplicated: 2, reordered: 0 });
  });

  test('what comes after a later one is out of order: the late one, not those it should have come before', () => {
    const counts = count(sent, [given(['a', 1], ['c', 3], ['b', 2]), given(['c', 3], ['a', 1], ['b', 2])]);
    expect(counts).toMatchObject({ delivered: 6, lost: 0, reordered: 3 });
  });

  test('two messages of one number are not in order', () => {
    expect(count(sent, [given(['a', 1], ['b', 1], ['c', 2])])).toMatchObject({ reordered: 1 });
  });

  test('what was not sent to the room is no delivery', () => {
    const counts = count([...sent, other], [given(['a', 1], ['b', 2], ['x', 3], ['never sent', 4])]);
    expect(counts).toMatchObject({ delivered: 2, lost: 1, unexpected: 2 });
    expect(faults(counts)).toContain('2 deliveries unexpected');
  });

  test('a list that a client keeps has to be what the client was given, in that order', () => {
    const listOf = (...list: string[]) => Object.assign(all(), { list });
    expect(count(sent, [all(), listOf('a', 'b', 'c')])).toMatchObject({ wrongLists: 0 });
    const counts = count(sent, [listOf('a', 'c', 'b'), listOf('a', 'b'), listOf('a', 'b', 'c', 'c'), listOf()]);
    expect(counts).toMatchObject({ lost: 0, wrongLists: 4 });
    expect(faults(counts)).toEqual(['4 clients with a list unlike what was delivered']);
  });
});
