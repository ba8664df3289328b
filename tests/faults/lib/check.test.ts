import { describe, expect, test } from 'vitest';
import { ackedOnce, check, listsAreTheLog, nothingElse, type Outcome, toldInOrder } from './check.js';
import type { Entry, Line } from './history.js';

const line = (seq: number, content = `text ${seq}`): Line => ({ id: seq * 10, seq, content });
const lines = (...seqs: number[]) => seqs.map((seq) => line(seq));
const sent = (content: string): Entry => ({ at: 0, kind: 'sent', by: 'ann', clientId: content, content });
const acked = (one: Line): Entry => ({ at: 1, kind: 'acked', by: 'ann', clientId: one.content, ...one });
const told = (seq: number): Entry => ({ at: 2, kind: 'told', to: 'bob', ...line(seq) });
const began: Entry = { at: 2, kind: 'began', to: 'bob' };

/** Three messages, with something in the log between the second and the third, and a fourth that was refused. */
const good: Outcome = {
  history: [
    ...[1, 2, 4].map((seq) => sent(`text ${seq}`)),
    sent('refused'),
    { at: 1, kind: 'refused', by: 'ann', clientId: 'refused', content: 'refused', code: 'BAD_INPUT' },
    ...lines(1, 2, 4).map(acked),
    began,
    ...[1, 2, 4].map(told),
  ],
  stored: lines(1, 2, 4).map((one) => ({ ...one, clientId: one.content })),
  seqs: [1, 2, 3, 4],
  lists: { bob: lines(1, 2, 4) },
};

const withList = (...list: Line[]): Outcome => ({ ...good, lists: { bob: list } });
const withTold = (...seqs: number[]): Outcome => ({ ...good, history: [...good.history, began, ...seqs.map(told)] });
const withStored = (...list: Line[]): Outcome => ({
  ...good,
  stored: list.map((one) => ({ ...one, clientId: one.content })),
});

test('a run that held the promise has no problem', () => {
  expect(check(good)).toEqual([]);
});

describe('C1 finds', () => {
  test('an acked message that is not stored', () => {
    expect(ackedOnce(withStored(...lines(1, 4)))).toEqual(['C1 acked and not stored: "text 2" of ann (seq 2)']);
  });

  test('a message that is stored twice', () => {
    const outcome = withStored(...lines(1, 2, 4), line(5, 'text 2'));
    expect(ackedOnce(outcome)).toEqual(['C1 stored 2 times: "text 2" (seqs 2,5)']);
  });

  test('a message that is stored elsewhere than it was acked', () => {
    expect(ackedOnce(withStored(...lines(1, 4), line(5, 'text 2')))).toEqual([
      'C1 acked as seq 2, stored as 5: "text 2" of ann',
    ]);
  });

  test('a hole in the log', () => {
    expect(ackedOnce({ ...good, seqs: [1, 2, 4] })).toEqual(['C1 a hole in the log: 2 is followed by 4']);
  });
});

describe('C2 finds in a list', () => {
  test('a loss, at the end too', () => {
    expect(listsAreTheLog(withList(...lines(1, 4)))).toEqual(['C2 bob lost 1, first "text 2" (seq 2)']);
    expect(listsAreTheLog(withList(...lines(1, 2)))).toEqual(['C2 bob lost 1, first "text 4" (seq 4)']);
  });

  test('a duplicate', () => {
    expect(listsAreTheLog(withList(...lines(1, 2, 2, 4)))).toEqual(['C2 bob shows 1 twice']);
  });

  test('a reorder', () => {
    expect(listsAreTheLog(withList(...lines(1, 4, 2)))).toEqual(['C2 bob has 1 out of order, first 2']);
  });
});

describe('C2 finds in what was told', () => {
  test('a hole', () => {
    expect(toldInOrder(withTold(1, 4))).toEqual(['C2 bob was told seq 4 after a hole of 1, at 2 ms']);
  });

  test('a duplicate', () => {
    expect(toldInOrder(withTold(1, 2, 2, 4))).toEqual(['C2 bob was told seq 2 twice, at 2 ms']);
  });

  test('a reorder', () => {
    expect(toldInOrder(withTold(2, 1))).toEqual(['C2 bob was told seq 1 too late, at 2 ms']);
  });

  test('nothing wrong with a reader who begins anew later in the log', () => {
    expect(toldInOrder(withTold(4))).toEqual([]);
  });
});

describe('C3 finds', () => {
  const phantom = line(5, 'never sent');
  const refused = line(5, 'refused');

  test('what nobody sent, in the database and with a reader', () => {
    expect(nothingElse(withStored(...lines(1, 2, 4), phantom))).toHaveLength(1);
    expect(nothingElse(withList(...lines(1, 2, 4), phantom))).toHaveLength(1);
  });

  test('what was refused, in the database and with a reader', () => {
    expect(nothingElse(withStored(...lines(1, 2, 4), refused))).toHaveLength(1);
    expect(nothingElse(withList(...lines(1, 2, 4), refused))).toHaveLength(1);
  });

  test('what was told and is not stored', () => {
    expect(nothingElse(withStored(...lines(1, 2)))).not.toEqual([]);
  });
});
