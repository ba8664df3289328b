import type { LogEntry } from '@dream-studio/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toEmission } from '../core/audience.js';
import type { Emission } from '../core/ports.js';
import { startBeat } from './beat.js';
import { createPublishMissing } from './publish-missing.js';
import { PublishedLog } from './published-log.js';
import { createRepair } from './repair.js';

const BEAT_MS = 10_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const entry = (roomId: number, seq: number): LogEntry => ({
  seq,
  event: 'room:updated',
  payload: { roomId, seq, name: `${seq}`, by: 1 },
});

/** A node with sockets in the rooms given, and a database whose logs are as long as `seqs` says. */
function start(sockets: number[][], seqs: Record<number, number>, settleMs = 0) {
  const published = new PublishedLog();
  const sent: Emission[] = [];
  const publisher = {
    publish(emissions: readonly Emission[]) {
      for (const emission of emissions) {
        sent.push(emission);
        published.published(emission);
      }
    },
  };
  const warn = vi.fn();
  const log = { debug: warn, info: vi.fn(), warn, error: warn };
  const state = { seqs, floor: 0, broken: false, busy: 0, hears: true };
  const readLog = vi.fn(async (roomId: number, since: number, take: number) => {
    if (state.broken) throw new Error('no database');
    if (since < state.floor) return null;
    const rest = Array.from({ length: (state.seqs[roomId] ?? 0) - since }, (_, i) => entry(roomId, since + i + 1));
    return rest.slice(0, take);
  });
  const checkMembers = vi.fn(async () => {});
  const repair = createRepair({ published, publisher, log, readLog, checkMembers });
  const told: (object | undefined)[] = sockets.map(() => undefined);
  const retell = vi.fn();
  const otherSeqs = vi.fn(async (known: ReadonlyMap<number, number | null>) => {
    if (state.broken) throw new Error('no database');
    const rows = [...known.keys()].map((id) => [id, state.seqs[id] as number] as const);
    return new Map(rows.filter(([id, seq]) => seq !== known.get(id)));
  });
  const beat = startBeat({
    registry: { roomIds: () => Object.keys(state.seqs).map(Number) },
    connections: {
      all: () =>
        sockets.map((rooms, i) => ({
          rooms: new Set(rooms),
          tellSeqs(seqs: object) {
            told[i] = seqs;
          },
        })),
    },
    published,
    publishMissing: createPublishMissing({
      published,
      repair,
      roomLog: {
        inOrder: (roomId, work) => (roomId === state.busy ? Promise.reject(new Error('busy')) : work(async () => {})),
      },
      log,
      settleMs,
    }),
    checkMembers,
    log,
    otherSeqs,
    retell,
    hears: () => state.hears,
  });
  const seqsSent = () => sent.splice(0).map(({ payload }) => (payload as { seq: number }).seq);
  const pass = async () => {
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    // A round that was begun is over: it never waits for longer than its reads.
    await vi.waitFor(() => expect(retell.mock.calls.length + warn.mock.calls.length).toBeGreaterThan(0));
  };
  return {
    checkMembers,
    beat,
    published,
    publisher,
    repair,
    state,
    readLog,
    otherSeqs,
    told,
    retell,
    warn,
    seqsSent,
    pass,
  };
}

test('each socket is told where the rooms are that it has entered', async () => {
  const { told, retell, pass, beat } = start([[1, 2], [2], []], { 1: 4, 2: 7, 3: 9 });
  await pass();
  expect(told).toEqual([{ 1: 4, 2: 7 }, { 2: 7 }, {}]);
  expect(retell).toHaveBeenCalledOnce();
  await beat.close();
});

test('rooms that are where they are known to be need no answer, and are told all the same', async () => {
  const { state, publisher, otherSeqs, told, pass, beat } = start([[1, 2]], { 1: 4, 2: 7 });
  await pass();
  told[0] = undefined;
  state.seqs[1] = 5;
  publisher.publish([toEmission(entry(1, 5))]);
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  await vi.waitFor(() => expect(told).toEqual([{ 1: 5, 2: 7 }]));
  const known = otherSeqs.mock.calls.map(([rooms]) => Object.fromEntries(rooms));
  expect(known).toEqual([
    { 1: null, 2: null },
    { 1: 5, 2: 7 },
  ]);
  expect(await otherSeqs.mock.results[1]?.value).toEqual(new Map());
  await beat.close();
});

test('of a log that has become shorter what follows is told, and its members are looked at', async () => {
  const { state, publisher, checkMembers, warn, seqsSent, told, pass, beat } = start([[1]], { 1: 5 });
  await pass();
  expect([warn.mock.calls, checkMembers.mock.calls]).toEqual([[], []]);
  state.seqs[1] = 2;
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  await vi.waitFor(() => expect(told).toEqual([{ 1: 2 }]));
  expect([warn.mock.calls.length, checkMembers.mock.calls]).toEqual([1, [[1]]]);
  publisher.publish([toEmission(entry(1, 3))]);
  state.seqs[1] = 5;
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  await vi.waitFor(() => expect(told).toEqual([{ 1: 5 }]));
  expect([seqsSent(), warn.mock.calls.length]).toEqual([[3, 4, 5], 1]);
  await beat.close();
});

test('what the database has and sockets were not told is published, in order', async () => {
  const { published, publisher, seqsSent, told, pass, beat } = start([[1]], { 1: 6 });
  published.learn(1, 3);
  publisher.publish([toEmission(entry(1, 5))]);
  expect(seqsSent()).toEqual([5]);
  await pass();
  expect(seqsSent()).toEqual([4, 6]);
  expect(published.head(1)).toBe(6);
  expect(told).toEqual([{ 1: 6 }]);
  await beat.close();
});

test('nothing is published of a room seen for the first time, nor twice', async () => {
  const { seqsSent, readLog, pass, beat } = start([[1]], { 1: 6 });
  await pass();
  await pass();
  expect(seqsSent()).toEqual([]);
  expect(readLog).not.toHaveBeenCalled();
  await beat.close();
});

test('thousands of entries are read in parts; those older than the log are left to who asks', async () => {
  const { published, state, seqsSent, readLog, checkMembers, pass, beat } = start([[1]], { 1: 1_234 });
  published.learn(1, 0);
  await pass();
  expect(seqsSent()).toEqual(Array.from({ length: 1_234 }, (_, i) => i + 1));
  expect(readLog).toHaveBeenCalledTimes(3);
  state.seqs[1] = 2_000;
  state.floor = 1_999;
  await pass();
  expect(seqsSent()).toEqual([]);
  expect(published.head(1)).toBe(2_000);
  // One of them may have put someone out.
  expect(checkMembers).toHaveBeenCalledExactlyOnceWith(1);
  await beat.close();
});

test('a database that does not answer costs one beat, and nobody hears anything wrong', async () => {
  const { published, state, warn, told, seqsSent, pass, beat } = start([[1]], { 1: 2 });
  published.learn(1, 1);
  state.broken = true;
  await pass();
  expect(warn).toHaveBeenCalledOnce();
  expect([told, seqsSent()]).toEqual([[undefined], []]);
  state.broken = false;
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  await vi.waitFor(() => expect(told).toEqual([{ 1: 2 }]));
  expect(seqsSent()).toEqual([2]);
  await beat.close();
});

test('a room that is too busy keeps the others from nothing', async () => {
  const { published, state, seqsSent, told, retell, pass, beat } = start([[1, 2]], { 1: 2, 2: 2 });
  for (const roomId of [1, 2]) published.learn(roomId, 1);
  state.busy = 1;
  await pass();
  await vi.waitFor(() => expect(told).toEqual([{ 1: 2, 2: 2 }]));
  expect(seqsSent()).toEqual([2]);
  expect(retell).toHaveBeenCalledOnce();
  await beat.close();
});

test('before an entry goes out, those that should have gone before it do', async () => {
  const { published, repair, seqsSent, beat } = start([[1]], { 1: 8 });
  published.learn(1, 5);
  await repair.catchUp(1, 7);
  expect(seqsSent()).toEqual([6, 7]);
  await repair.catchUp(1, 7);
  expect(seqsSent()).toEqual([]);
  await beat.close();
});

test('while other nodes are not heard it beats more often; and at once when asked', async () => {
  const { state, retell, pass, beat } = start([[1]], { 1: 2 });
  /** The next one is due. */
  const isSet = () => vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  state.hears = false;
  await pass();
  await isSet();
  retell.mockClear();
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => expect(retell).toHaveBeenCalledOnce());
  await isSet();
  state.hears = true;
  beat.now();
  await vi.waitFor(() => expect(retell).toHaveBeenCalledTimes(2));
  await isSet();
  await vi.advanceTimersByTimeAsync(BEAT_MS / 2);
  expect(retell).toHaveBeenCalledTimes(2);
  await beat.close();
});

test('what another node has told meanwhile is not read', async () => {
  const { published, publisher, readLog, retell, seqsSent, beat } = start([[1]], { 1: 2 }, 250);
  published.learn(1, 1);
  await vi.advanceTimersByTimeAsync(BEAT_MS + 100);
  publisher.publish([toEmission(entry(1, 2))]);
  await vi.advanceTimersByTimeAsync(150);
  await vi.waitFor(() => expect(retell).toHaveBeenCalledOnce());
  expect(readLog).not.toHaveBeenCalled();
  expect(seqsSent()).toEqual([2]);
  await beat.close();
});

test('closed, it beats no more', async () => {
  const { beat, told } = start([[1]], { 1: 2 });
  await beat.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([undefined]);
  expect(vi.getTimerCount()).toBe(0);
});
