import { type Payload, TIMES } from '@dream-studio/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Emission, MemberActivity } from '../core/ports.js';
import { createActivity } from './activity.js';
import { PresenceRegistry } from './presence-registry.js';

const [ANN, BOB, CID] = [1, 2, 3];
const ROOM = 5;
const WINDOW_MS = TIMES.roomActivityMs;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Members of room 5 (and 6) online, with sockets that have entered the rooms given: one list for each socket. */
function start(sockets: Record<number, number[][]>) {
  const told: { at: number; users: readonly number[]; seq: number; roomId: number }[] = [];
  const emissions: Emission[] = [];
  const registry = new PresenceRegistry();
  for (const userId of Object.keys(sockets).map(Number)) {
    registry.add(userId);
    for (const roomId of [ROOM, 6]) registry.addMembership(userId, roomId);
  }
  const began = Date.now();
  const state = { seq: 0, unread: (_userId: number) => 1 };
  const read = vi.fn(async (roomId: number, userIds: number[]): Promise<MemberActivity[]> => {
    const { seq } = state;
    const line = (userId: number) => ({ roomId, seq, lastMessage: null, unread: state.unread(userId), readSeq: 0 });
    return userIds.map((userId) => ({ userId, activity: line(userId) }));
  });
  const warn = vi.fn();
  const activity = createActivity({
    registry,
    connections: { of: (userId) => (sockets[userId] ?? []).map((rooms) => ({ rooms: new Set(rooms) })) },
    publisher: {
      publish(published) {
        for (const emission of published) {
          emissions.push(emission);
          const { roomId, seq } = emission.payload as Payload<'room:activity'>;
          told.push({ at: Date.now() - began, users: emission.audience.users ?? [], seq, roomId });
        }
      },
    },
    log: { debug: warn, info: warn, warn, error: warn },
    read,
  });
  const say = (roomId = ROOM) => {
    state.seq += 1;
    activity.published({
      event: 'message:deleted',
      audience: { room: roomId },
      payload: { roomId, messageId: 1, seq: state.seq, deletedBy: ANN, deletedAt: '', messageSeq: 1, senderId: ANN },
    });
  };
  const seen = (userId: number) =>
    activity.published({ event: 'room:read', audience: {}, payload: { roomId: ROOM, userId, seq: state.seq } });
  return { activity, registry, state, read, warn, told, emissions, say, seen };
}

const AWAY: number[][] = [[]];
const INSIDE = [[ROOM]];

describe('a change', () => {
  test('is told at once, then at most once a second, and the last state always', async () => {
    const { say, told } = start({ [ANN]: AWAY });
    say();
    await pass(0);
    expect(told).toMatchObject([{ at: 0, seq: 1 }]);
    for (let time = 0; time < 25; time++) {
      await pass(100);
      say();
    }
    await pass(WINDOW_MS * 5);
    expect(told.map(({ at, seq }) => [at, seq])).toEqual([
      [0, 1],
      [1_000, 10],
      [2_000, 20],
      [3_000, 26],
    ]);
    // The window is over: the next one is at once again.
    say();
    await pass(0);
    expect(told.at(-1)).toMatchObject({ at: 7_500, seq: 27 });
  });

  test('goes to sockets that have not entered the room, and nothing is read for those who have', async () => {
    const { say, read, emissions } = start({ [ANN]: INSIDE, [BOB]: AWAY, [CID]: [[ROOM], [6]] });
    say();
    await pass(0);
    expect(read.mock.calls).toEqual([[ROOM, [BOB, CID]]]);
    expect(emissions).toMatchObject([
      { event: 'room:activity', audience: { users: [BOB, CID], exceptRoom: ROOM }, payload: { roomId: ROOM, seq: 1 } },
    ]);
  });

  test('is read for nobody when all look, or are between two connections', async () => {
    const { say, read, seen } = start({ [ANN]: INSIDE, [BOB]: [] });
    say();
    seen(BOB);
    seen(CID);
    await pass(WINDOW_MS);
    expect(read).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is told to each member with their own numbers', async () => {
    const { say, state, emissions } = start({ [ANN]: AWAY, [BOB]: AWAY, [CID]: AWAY });
    state.unread = (userId) => (userId === BOB ? 7 : 1);
    say();
    await pass(0);
    const told = emissions.map(({ audience, payload }) => [audience.users, (payload as { unread: number }).unread]);
    expect(told).toEqual([
      [[ANN, CID], 1],
      [[BOB], 7],
    ]);
  });

  test('of one room does not wait for another room', async () => {
    const { say, told } = start({ [ANN]: AWAY });
    say(ROOM);
    say(6);
    await pass(0);
    expect(told.map(({ roomId, at }) => [roomId, at])).toEqual([
      [ROOM, 0],
      [6, 0],
    ]);
  });

  test('is read for 1,000 members at a time', async () => {
    const crowd = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [n + 1, AWAY]));
    const { say, read, told } = start(crowd);
    say();
    await pass(0);
    expect(read.mock.calls.map(([, userIds]) => userIds.length)).toEqual([1_000, 1_000, 500]);
    expect(new Set(told.flatMap(({ users }) => users)).size).toBe(2_500);
  });
});

describe('a read pointer that moves', () => {
  test('is told to that user alone', async () => {
    const { seen, read, told } = start({ [ANN]: [[ROOM], []], [BOB]: AWAY });
    seen(ANN);
    await pass(0);
    expect(read.mock.calls).toEqual([[ROOM, [ANN]]]);
    expect(told.map(({ users }) => users)).toEqual([[ANN]]);
  });

  test('within a second of a change is told with what came besides', async () => {
    const { say, seen, read } = start({ [ANN]: AWAY, [BOB]: AWAY, [CID]: AWAY });
    say();
    await pass(10);
    seen(ANN);
    seen(CID);
    await pass(WINDOW_MS);
    seen(ANN);
    say();
    await pass(WINDOW_MS);
    expect(read.mock.calls.map(([, userIds]) => userIds)).toEqual([
      [ANN, BOB, CID],
      [ANN, CID],
      [ANN, BOB, CID],
    ]);
  });
});

describe('a read', () => {
  test('that takes long is not overtaken by the next one', async () => {
    const { say, read, told } = start({ [ANN]: AWAY });
    const slow = read.getMockImplementation();
    read.mockImplementationOnce(async (...args) => {
      const lines = await slow?.(...args);
      await new Promise((resolve) => setTimeout(resolve, WINDOW_MS * 3));
      return lines ?? [];
    });
    say();
    await pass(WINDOW_MS);
    say();
    await pass(WINDOW_MS);
    expect(read).toHaveBeenCalledOnce();
    await pass(WINDOW_MS * 3);
    // A second after the first was told, not after it was asked for.
    expect(told.map(({ at, seq }) => [at, seq])).toEqual([
      [3_000, 1],
      [4_000, 2],
    ]);
  });

  test('that fails is logged, and made good a second later', async () => {
    const { say, read, told, warn } = start({ [ANN]: AWAY });
    read.mockRejectedValueOnce(new Error('gone'));
    expect(() => say()).not.toThrow();
    await pass(0);
    expect(warn).toHaveBeenCalledOnce();
    expect(told).toEqual([]);
    await pass(WINDOW_MS);
    expect(told).toMatchObject([{ seq: 1, users: [ANN] }]);
  });

  test('tells nothing to someone who was removed meanwhile', async () => {
    const { say, registry, told } = start({ [ANN]: AWAY, [BOB]: AWAY });
    say();
    registry.removeMembership(BOB, ROOM);
    await pass(0);
    expect(told.map(({ users }) => users)).toEqual([[ANN]]);
    say();
    registry.removeMembership(ANN, ROOM);
    await pass(WINDOW_MS);
    expect(told).toHaveLength(1);
  });
});

describe('closing it', () => {
  test('leaves no timer, tells nothing more, and ends once reads have', async () => {
    const { activity, say, read, told } = start({ [ANN]: AWAY });
    say();
    await pass(0);
    say(6);
    say();
    const closing = activity.close();
    expect(vi.getTimerCount()).toBe(0);
    await closing;
    say();
    await pass(WINDOW_MS * 2);
    expect(read).toHaveBeenCalledTimes(2);
    expect(told.map(({ roomId }) => roomId)).toEqual([ROOM]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits for a read that is under way', async () => {
    const { activity, say, read } = start({ [ANN]: AWAY });
    let answer = (_: MemberActivity[]) => {};
    read.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    say();
    let isClosed = false;
    const closing = activity.close().then(() => {
      isClosed = true;
    });
    await pass(0);
    expect(isClosed).toBe(false);
    answer([]);
    await closing;
    expect(isClosed).toBe(true);
  });
});

describe('at a beat', () => {
  test('what has changed since the last one is told once more, and no more than once', async () => {
    const { activity, say, told } = start({ [ANN]: [[]] });
    say();
    await pass(5 * WINDOW_MS);
    expect(told).toHaveLength(1);
    activity.retell();
    await pass(5 * WINDOW_MS);
    expect(told).toMatchObject([{ seq: 1 }, { seq: 1 }]);
    activity.retell();
    await pass(5 * WINDOW_MS);
    expect(told).toHaveLength(2);
  });

  test('what is told for the first time after a beat, at the end of a window, is told again at the next one', async () => {
    const { activity, say, told } = start({ [ANN]: [[]] });
    say();
    await pass(0);
    say();
    activity.retell();
    await pass(5 * WINDOW_MS);
    expect(told).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    activity.retell();
    await pass(5 * WINDOW_MS);
    expect(told).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 2 }]);
    activity.retell();
    await pass(5 * WINDOW_MS);
    expect(told).toHaveLength(3);
  });

  test('a reader’s own sockets hear again how far they have read', async () => {
    const { activity, state, seen, emissions } = start({ [ANN]: [[ROOM]], [BOB]: [[ROOM]] });
    state.seq = 4;
    seen(ANN);
    state.seq = 6;
    seen(ANN);
    activity.retell();
    const reads = emissions.filter(({ event }) => event === 'room:read');
    expect(reads).toEqual([
      { event: 'room:read', audience: { users: [ANN] }, payload: { roomId: ROOM, userId: ANN, seq: 6 } },
    ]);
    activity.retell();
    await pass(WINDOW_MS);
    expect(emissions.filter(({ event }) => event === 'room:read')).toHaveLength(1);
  });
});
