import type { LogEntry } from '@dream-studio/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toEmission } from '../core/audience.js';
import type { Emission } from '../core/ports.js';
import { LogOrder } from './log-order.js';
import { PublishedLog } from './published-log.js';
import { createRepair } from './repair.js';

const ROOM = 5;
const GAP_MS = 100;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const entry = (seq: number): LogEntry => ({
  seq,
  event: 'room:updated',
  payload: { roomId: ROOM, seq, name: `${seq}`, by: 1 },
});
const entries = (...seqs: number[]) => seqs.map((seq) => toEmission(entry(seq)));
const read = (userId: number): Emission => ({
  event: 'room:read',
  audience: { room: ROOM },
  payload: { roomId: ROOM, userId, seq: 1 },
});

/** A node that has the room's log up to `head`, of a room whose log is `length` long in the database. */
function start({ head = 4, length = head, hears = true }: { head?: number; length?: number; hears?: boolean } = {}) {
  const published = new PublishedLog();
  if (head >= 0) published.learn(ROOM, head);
  const out: (number | string)[] = [];
  const state = { length, hears, broken: false };
  const publisher = {
    publish(emissions: readonly Emission[]) {
      for (const one of emissions) {
        out.push(one.event === 'room:updated' ? (one.payload as { seq: number }).seq : one.event);
        published.published(one);
      }
    },
  };
  const quiet = vi.fn();
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const readLog = vi.fn(async (_room: number, since: number, take: number) => {
    if (state.broken) throw new Error('no database');
    return Array.from({ length: Math.min(take, state.length - since) }, (_, i) => entry(since + i + 1));
  });
  const repair = createRepair({ published, publisher, log, readLog, checkMembers: async () => {} });
  const order = new LogOrder({ published, publisher, repair, mayCome: () => state.hears, log });
  /** Publishes; `done` holds the numbers of those whose promise has resolved. */
  const done: number[] = [];
  const publish = (...emissions: Emission[]) => {
    const [first] = emissions as [Emission];
    void order.publish(ROOM, emissions).then(() => done.push((first.payload as { seq: number }).seq));
  };
  return { order, published, out, done, state, readLog, publish };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('what is next goes out at once, and each entry once', async () => {
  const { publish, out, done } = start();
  publish(...entries(5, 6));
  publish(...entries(5, 6));
  publish(...entries(6, 7));
  await pass(0);
  expect([out, done]).toEqual([
    [5, 6, 7],
    [5, 5, 6],
  ]);
});

test('what comes before something missing waits for it, and goes out right after it, in order', async () => {
  const { publish, out, done, readLog } = start();
  publish(...entries(8));
  publish(...entries(6));
  publish(...entries(7));
  await pass(GAP_MS - 1);
  expect([out, done]).toEqual([[], []]);
  publish(...entries(5));
  expect(out).toEqual([5, 6, 7, 8]);
  await pass(GAP_MS);
  expect(done.toSorted()).toEqual([5, 6, 7, 8]);
  expect(readLog).not.toHaveBeenCalled();
});

test('what is missing for 100 ms is read', async () => {
  const { publish, out, done, readLog } = start({ length: 7 });
  publish(...entries(7));
  await pass(GAP_MS - 1);
  expect(out).toEqual([]);
  await pass(1);
  expect([out, done]).toEqual([[5, 6, 7], [7]]);
  expect(readLog).toHaveBeenCalledExactlyOnceWith(ROOM, 4, 500);
  // What was read comes after all.
  publish(...entries(5));
  publish(...entries(6));
  expect(out).toEqual([5, 6, 7]);
});

test('nothing waits for others who are not heard, nor any longer once they are not', async () => {
  const alone = start({ length: 7, hears: false });
  alone.publish(...entries(7));
  await pass(0);
  expect(alone.out).toEqual([5, 6, 7]);

  const { order, publish, out, state } = start({ length: 7 });
  publish(...entries(7));
  await pass(1);
  expect(out).toEqual([]);
  state.hears = false;
  order.stopWaiting();
  await pass(0);
  expect(out).toEqual([5, 6, 7]);
});

test('what cannot be read holds nothing back for ever, and is told when it can', async () => {
  const { publish, order, out, done, state } = start({ length: 7 });
  state.broken = true;
  publish(...entries(6));
  publish(...entries(7));
  await pass(GAP_MS);
  expect([out, done.toSorted()]).toEqual([
    [6, 7],
    [6, 7],
  ]);
  state.broken = false;
  await order.catchUp(ROOM, 7);
  expect(out).toEqual([6, 7, 5]);
});

test('several holes are filled one after the other', async () => {
  const { publish, out, readLog } = start({ length: 10 });
  publish(...entries(6));
  publish(...entries(8));
  publish(...entries(10));
  await pass(3 * GAP_MS);
  expect(out).toEqual([5, 6, 7, 8, 9, 10]);
  expect(readLog.mock.calls.length).toBeLessThanOrEqual(3);
});

test('the beat that reads what is missing lets go what waited for it', async () => {
  const { publish, order, out } = start({ length: 6 });
  publish(...entries(6));
  await order.catchUp(ROOM, 5);
  expect(out).toEqual([5, 6]);
});

test('what goes with an entry goes when it does, and by itself at once', async () => {
  const { publish, out } = start();
  publish(...entries(6), read(1));
  publish(read(2));
  await pass(1);
  expect(out).toEqual(['room:read']);
  publish(...entries(5));
  expect(out).toEqual(['room:read', 5, 6, 'room:read']);
  // An entry that has been told takes what goes with it along all the same.
  publish(...entries(6), read(3));
  expect(out.slice(4)).toEqual(['room:read']);
});

test('a room that nobody here looks at waits for nothing', async () => {
  const { publish, out } = start({ head: -1 });
  publish(...entries(9));
  publish(...entries(7));
  expect(out).toEqual([9, 7]);
});
