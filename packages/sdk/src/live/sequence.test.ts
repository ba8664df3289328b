import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeMessage } from '../test/fakes.js';
import { createSequence, type Sequence, toEntry } from './sequence.js';

let delivered: number[];
let missing: ReturnType<typeof vi.fn<() => void>>;
let room: Sequence;
beforeEach(() => {
  delivered = [];
  missing = vi.fn();
  room = createSequence({ deliver: ({ seq }) => void delivered.push(seq), missing });
});

const EPOCH = 7;
const entry = (seq: number) => {
  const made = toEntry('message:new', fakeMessage(seq));
  if (!made) throw new Error('not an entry');
  return made;
};
const receive = (...seqs: number[]) => {
  for (const seq of seqs) room.receive(entry(seq));
};
const enterAt = (seq: number, epoch = EPOCH) => {
  const how = room.enter().answered({ seq, epoch });
  room.settle();
  return how;
};
const fill = (seqs: number[], seq: number, reached = () => {}) =>
  room.fill(seqs.map(entry), { seq, epoch: EPOCH }, reached);

describe('a room that is followed', () => {
  beforeEach(() => void enterAt(4));

  test('delivers entries in their order, each once', () => {
    receive(5, 6, 5, 3, 6, 7);
    expect(delivered).toEqual([5, 6, 7]);
    expect(missing).not.toHaveBeenCalled();
  });

  test('holds what is ahead of a gap, and asks for the gap until it is closed', () => {
    receive(7, 6);
    expect(delivered).toEqual([]);
    expect(missing).toHaveBeenCalledTimes(2);
    expect(room.ask()).toEqual({ seq: 4, epoch: EPOCH });
    receive(5);
    expect(delivered).toEqual([5, 6, 7]);
    expect(room.ask()).toBeNull();
  });

  test('an answer closes the gap; what came live meanwhile is not delivered again', () => {
    receive(7);
    room.ask();
    receive(5);
    fill([5, 6, 7], 7);
    receive(8);
    expect(delivered).toEqual([5, 6, 7, 8]);
  });

  test('an answer that is not all of it is followed by the next question', () => {
    receive(9);
    room.ask();
    fill([5, 6], 9);
    expect(room.ask()).toEqual({ seq: 6, epoch: EPOCH });
    fill([7, 8, 9], 9);
    expect(delivered).toEqual([5, 6, 7, 8, 9]);
    expect(room.ask()).toBeNull();
  });

  test('an answer about another log is nothing to it', () => {
    room.fill([entry(5)], { seq: 5, epoch: EPOCH + 1 }, () => delivered.push(-1));
    expect(delivered).toEqual([]);
  });

  test('a loss with nothing after it is found when someone says how long the log is', () => {
    room.heardOf(4);
    expect(missing).not.toHaveBeenCalled();
    room.heardOf(5);
    expect(missing).toHaveBeenCalledOnce();
    expect(room.ask()).toEqual({ seq: 4, epoch: EPOCH });
  });

  test('the first members of a room are no entries of its log', () => {
    receive(0);
    expect(delivered).toEqual([0]);
    expect(room.place?.seq).toBe(4);
  });

  test('a recount holds what comes after the question until the answer is in, so that it is exact', () => {
    const reached = vi.fn(() => void delivered.push(-1));
    room.recount();
    expect(room.ask()).toEqual({ seq: 4, epoch: EPOCH });
    receive(5, 6);
    expect(delivered).toEqual([]);
    fill([5], 5, reached);
    expect(delivered).toEqual([5, -1, 6]);
    expect(room.ask()).toBeNull();
  });

  test('a recount that is wanted after the question was asked needs another question', () => {
    receive(6);
    room.ask();
    room.recount();
    receive(5);
    fill([], 6);
    expect(room.ask()).toEqual({ seq: 6, epoch: EPOCH });
  });

  test('a question that fails holds nothing up', () => {
    room.recount();
    room.ask();
    receive(5);
    missing.mockClear();
    room.failed();
    expect(delivered).toEqual([5]);
    expect(missing).toHaveBeenCalled();
  });
});

describe('entering', () => {
  test('a room that is not followed lets everything pass', () => {
    receive(3, 2, 2);
    expect(delivered).toEqual([3, 2, 2]);
  });

  test('holds what comes before the answer, and drops what the snapshot has in it', () => {
    const entering = room.enter();
    receive(5, 6, 7);
    expect(delivered).toEqual([]);
    expect(entering.answered({ seq: 5, epoch: EPOCH })).toBe('anew');
    room.settle();
    expect(delivered).toEqual([6, 7]);
  });

  test('one that fails lets go of what was held', () => {
    const entering = room.enter();
    receive(6, 5);
    entering.failed();
    expect(delivered).toEqual([5, 6]);
  });

  test('again says whether something was missed; then it is asked for', () => {
    enterAt(4);
    expect(enterAt(4)).toBe('current');
    expect(missing).not.toHaveBeenCalled();
    expect(enterAt(6)).toBe('behind');
    expect(missing).toHaveBeenCalled();
    receive(7);
    fill([5, 6, 7], 7);
    expect(delivered).toEqual([5, 6, 7]);
  });

  test('another log, or one that has become shorter, is noticed', () => {
    enterAt(4);
    expect(enterAt(2, EPOCH + 1)).toBe('anew');
    expect(enterAt(1, EPOCH + 1)).toBe('behind');
    expect(room.ask()).toEqual({ seq: 2, epoch: EPOCH + 1 });
  });

  test('a gap between the snapshot and what was held is asked for', () => {
    const entering = room.enter();
    receive(7);
    entering.answered({ seq: 5, epoch: EPOCH });
    room.settle();
    expect(room.ask()).toEqual({ seq: 5, epoch: EPOCH });
  });

  test('twice at once holds until the last answer', () => {
    const [first, second] = [room.enter(), room.enter()];
    first.answered({ seq: 4, epoch: EPOCH });
    room.settle();
    receive(5, 6);
    expect(delivered).toEqual([]);
    expect(second.answered({ seq: 5, epoch: EPOCH })).toBe('behind');
    room.settle();
    expect(delivered).toEqual([5, 6]);
  });

  test('an answer after the room was left means nothing', () => {
    const entering = room.enter();
    room.leave();
    expect(entering.answered({ seq: 4, epoch: EPOCH })).toBe('left');
    expect(room.place).toBeNull();
  });

  test('who is put out, and let in again meanwhile, hears of both', () => {
    const live = createSequence({
      deliver: ({ seq }) => {
        delivered.push(seq);
        if (seq === 5) live.leave();
      },
      missing,
    });
    const start = () => void live.enter().answered({ seq: 3, epoch: EPOCH });
    start();
    for (const seq of [7, 5, 4]) live.receive(entry(seq));
    expect(delivered.splice(0)).toEqual([4, 5, 7]);
    start();
    live.receive(entry(7));
    live.ask();
    live.fill([4, 5, 6, 7].map(entry), { seq: 7, epoch: EPOCH }, () => {});
    expect(delivered).toEqual([4, 5, 6, 7]);
  });

  test('leaving says whether something was missed', () => {
    enterAt(4);
    expect(room.leave()).toBe(false);
    enterAt(4);
    receive(6);
    expect(room.leave()).toBe(true);
  });
});

const END = 30;

test('whatever the order, the losses and the repeats: what is delivered is 1, 2, 3 …', () => {
  const arrival = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('live' as const), seq: fc.integer({ min: 1, max: END }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sync' as const), seq: fc.integer({ min: 1, max: END }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('recount' as const, 'fail' as const), seq: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('enter' as const), seq: fc.nat(END) }) },
  );
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
      const seen: number[] = [];
      const one = createSequence({ deliver: ({ seq }) => void seen.push(seq), missing: () => {} });
      one.enter().answered({ seq: 0, epoch: EPOCH });
      const fillTo = (end: number) => {
        const place = one.ask();
        if (!place || end < place.seq) return;
        const entries = Array.from({ length: end - place.seq }, (_, n) => entry(place.seq + 1 + n));
        one.fill(entries, { seq: end, epoch: EPOCH }, () => {});
      };
      for (const { kind, seq } of arrivals) {
        if (kind === 'live') one.receive(entry(seq));
        else if (kind === 'sync') fillTo(seq);
        else if (kind === 'recount') one.recount();
        else if (kind === 'fail') one.failed();
        else {
          one.enter().answered({ seq: Math.max(seq, one.place?.seq ?? 0), epoch: EPOCH });
          one.settle();
        }
      }
      one.heardOf(END);
      fillTo(END);
      expect(seen).toEqual(Array.from({ length: END }, (_, n) => n + 1));
    }),
    { numRuns: 1_000 },
  );
});

test('what is held of a log that was replaced by another is never delivered as if it were of that', () => {
  enterAt(100);
  receive(102);
  expect(enterAt(80, EPOCH + 1)).toBe('anew');
  expect(room.ask()).toBeNull();
  for (let seq = 81; seq <= 102; seq++) receive(seq);
  expect(delivered).toEqual(Array.from({ length: 22 }, (_, i) => 81 + i));
});

test('a log that turns out shorter than was heard is not asked for without an end', () => {
  enterAt(4);
  room.heardOf(9);
  expect(room.ask()).toEqual({ seq: 4, epoch: EPOCH });
  fill([], 4);
  expect(room.ask()).toBeNull();
  receive(5);
  expect(delivered).toEqual([5]);
});
