import type { Output } from '@dream-studio/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChatError } from '../errors.js';
import { createLimiter } from '../limiter.js';
import type { Place } from './sequence.js';
import { createSync, type SyncOptions } from './sync.js';

const AT: Place = { seq: 4, epoch: 7 };
const answer = { events: [], seq: 4, epoch: 7, unread: 0, readSeq: 4 };

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Asked = Record<string, { since: number; epoch?: number }>;

const start = ({ points = 60, isConnected = (): boolean => true } = {}) => {
  const behind = new Map<number, Place>();
  const asked: Asked[] = [];
  const replies: ((rooms: Asked) => Promise<Output<'room.sync'>>)[] = [];
  const answered = vi.fn<SyncOptions['answered']>((roomId) => void behind.delete(roomId));
  const sync = createSync({
    call: ((_name: 'room.sync', { rooms }: { rooms: Asked }) => {
      asked.push(rooms);
      const all = { rooms: Object.fromEntries(Object.keys(rooms).map((id) => [id, answer])) };
      return replies.shift()?.(rooms) ?? Promise.resolve(all);
    }) as never,
    limiter: createLimiter({ points, windowMs: 60_000 }),
    isConnected,
    ask: (roomId) => behind.get(roomId) ?? null,
    answered,
    failed: (roomId) => sync.want(roomId),
  });
  const miss = (...roomIds: number[]) => {
    for (const roomId of roomIds) {
      behind.set(roomId, AT);
      sync.want(roomId);
    }
  };
  return { sync, asked, replies, answered, behind, miss, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
};

const refused = (code: 'INTERNAL' | 'RATE_LIMITED', retryAfterMs?: number) =>
  Promise.reject(new ChatError({ code, message: code, retryable: true, ...(retryAfterMs && { retryAfterMs }) }));

test('rooms that miss something at about the same time are asked about in one call, since where they are', async () => {
  const { miss, pass, asked, answered } = start();
  miss(1, 2);
  await pass(20);
  miss(3);
  expect(asked).toEqual([]);
  await pass(100);
  const place = { since: 4, epoch: 7 };
  expect(asked).toEqual([{ 1: place, 2: place, 3: place }]);
  expect(answered.mock.calls).toEqual([1, 2, 3].map((id) => [id, answer]));
});

test('what has come meanwhile is not asked for', async () => {
  const { miss, pass, asked, behind } = start();
  miss(1);
  behind.delete(1);
  await pass(1_000);
  expect(asked).toEqual([]);
});

test('at most 100 rooms a call, and one call at a time', async () => {
  const { miss, pass, asked, replies } = start();
  let finish = () => {};
  replies.push((rooms) => {
    const all = { rooms: Object.fromEntries(Object.keys(rooms).map((id) => [id, answer])) };
    return new Promise((resolve) => {
      finish = () => resolve(all);
    });
  });
  miss(...Array.from({ length: 150 }, (_, n) => n + 1));
  await pass(5_000);
  expect(asked.map((rooms) => Object.keys(rooms).length)).toEqual([100]);
  finish();
  await pass(100);
  expect(asked.map((rooms) => Object.keys(rooms).length)).toEqual([100, 50]);
});

test('a call that fails is made again, later each time', async () => {
  const { miss, pass, asked, replies, answered } = start();
  replies.push(
    () => refused('INTERNAL'),
    () => refused('INTERNAL'),
  );
  miss(1);
  await pass(50);
  expect(asked).toHaveLength(1);
  await pass(500);
  expect(asked).toHaveLength(2);
  await pass(999);
  expect(asked).toHaveLength(2);
  await pass(1);
  expect(asked).toHaveLength(3);
  expect(answered).toHaveBeenCalledOnce();
});

test('a refusal says when to ask again; the limit is kept without one', async () => {
  const limited = start();
  limited.replies.push(() => refused('RATE_LIMITED', 20_000));
  limited.miss(1);
  await limited.pass(19_999);
  expect(limited.asked).toHaveLength(1);
  await limited.pass(100);
  expect(limited.asked).toHaveLength(2);

  const own = start({ points: 2 });
  for (let n = 1; n <= 3; n++) {
    own.miss(n);
    await own.pass(1_000);
  }
  expect(own.asked).toHaveLength(2);
  await own.pass(58_100);
  expect(own.asked).toHaveLength(3);
});

test('without a connection nothing is asked, and with the next one nothing waits for the last one', async () => {
  let connected = true;
  const { sync, miss, pass, asked, replies } = start({ isConnected: () => connected });
  replies.push(
    () => refused('INTERNAL'),
    () => {
      connected = false;
      return refused('INTERNAL');
    },
  );
  miss(1);
  await pass(50 + 500);
  expect(asked).toHaveLength(2);
  sync.clear();
  await pass(60_000);
  expect(asked).toHaveLength(2);
  connected = true;
  miss(1);
  await pass(50);
  expect(asked).toHaveLength(3);
});
