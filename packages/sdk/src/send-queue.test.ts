import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatError, unavailable } from './errors.js';
import { createLimiter } from './limiter.js';
import type { StoredMessage } from './outbox/storage.js';
import { createSendQueue } from './send-queue.js';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const pending = (clientId: string, roomId = 1): StoredMessage => ({
  roomId,
  clientId,
  content: clientId,
  createdAt: '2026-01-01T10:00:00.000Z',
  order: 0,
  status: 'queued',
  error: null,
});
const refused = new ChatError({ code: 'CONFLICT', message: 'This room is archived', retryable: false });
const limited = (retryAfterMs: number) =>
  new ChatError({ code: 'RATE_LIMITED', message: 'Too many requests', retryable: true, retryAfterMs });

/** A queue on a server that answers when the test says so. */
const start = ({ points = 100 } = {}) => {
  const calls: { room: number; clientId: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  const states: string[] = [];
  const limits: (number | null)[] = [];
  const queue = createSendQueue({
    send: ({ roomId: room, clientId }) =>
      new Promise<void>((resolve, reject) => calls.push({ room, clientId, resolve, reject })),
    limiter: createLimiter({ points, windowMs: 60_000 }),
    onChange: ({ clientId, status, error }) => states.push([clientId, status, error?.code].filter(Boolean).join(' ')),
    onLimited: (_, until) => until !== limits.at(-1) && limits.push(until),
  });
  const sent = () => calls.map(({ room, clientId }) => `${room}:${clientId}`);
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { queue, calls, states, limits, sent, settle };
};

describe('order', () => {
  test('messages of a room go one after the other, those of another room do not wait', async () => {
    const { queue, calls, sent, settle } = start();
    for (const id of ['a', 'b', 'c']) queue.add(pending(id));
    queue.add(pending('x', 2));
    await settle();
    expect(sent()).toEqual(['1:a', '2:x']);
    calls[0]?.resolve();
    await settle();
    expect(sent()).toEqual(['1:a', '2:x', '1:b']);
  });

  test('a message refused for good fails alone', async () => {
    const { queue, calls, states, sent, settle } = start();
    queue.add(pending('a'));
    queue.add(pending('b'));
    calls[0]?.reject(refused);
    await settle();
    expect(states).toContain('a failed CONFLICT');
    expect(sent()).toEqual(['1:a', '1:b']);
  });

  test('one that waits for its next try is not overtaken', async () => {
    const { queue, calls, states, sent } = start();
    queue.add(pending('a'));
    calls[0]?.reject(unavailable('gone'));
    await vi.advanceTimersByTimeAsync(0);
    queue.add(pending('b'));
    expect(states.at(-2)).toBe('a queued UNAVAILABLE');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent()).toEqual(['1:a', '1:a']);
    calls[1]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual(['1:a', '1:a', '1:b']);
  });
});

describe('trying again', () => {
  test('each try of a message has the same clientId', async () => {
    const { queue, calls, sent } = start();
    queue.add(pending('a'));
    for (let n = 0; n < 5; n++) {
      calls[n]?.reject(unavailable('gone'));
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(new Set(sent())).toEqual(new Set(['1:a']));
    expect(calls).toHaveLength(6);
  });

  test('a new connection is a reason to try at once', async () => {
    const { queue, calls, settle } = start();
    queue.add(pending('a'));
    calls[0]?.reject(unavailable('gone'));
    await settle();
    queue.wake();
    await settle();
    expect(calls).toHaveLength(2);
  });

  test('a failed message is sent again when told so', async () => {
    const { queue, calls, states, settle } = start();
    queue.add(pending('a'));
    calls[0]?.reject(refused);
    await settle();
    queue.add({ ...pending('a'), status: 'failed', error: refused }, true);
    await settle();
    expect(states.slice(-2)).toEqual(['a queued', 'a sending']);
    expect(calls).toHaveLength(2);
  });

  test('a refused token is not the end of a message', async () => {
    const { queue, calls, states, settle } = start();
    queue.add(pending('a'));
    calls[0]?.reject(new ChatError({ code: 'UNAUTHENTICATED', message: 'No', retryable: false }));
    await settle();
    expect(states.at(-1)).toBe('a queued UNAUTHENTICATED');
  });

  test('a discarded message is tried no more', async () => {
    const { queue, calls, sent, settle } = start();
    queue.add(pending('a'));
    queue.add(pending('b'));
    calls[0]?.reject(unavailable('gone'));
    await settle();
    queue.discard(1, 'a');
    queue.wake();
    await settle();
    expect(sent()).toEqual(['1:a', '1:b']);
  });

  test('a message added twice is there once', async () => {
    const { queue, calls, sent, settle } = start();
    queue.add(pending('a'));
    queue.add(pending('a'));
    calls[0]?.resolve();
    await settle();
    expect(sent()).toEqual(['1:a']);
  });

  test('after clear() nothing is sent and nothing is told', async () => {
    const { queue, calls, states } = start();
    queue.add(pending('a'));
    queue.add(pending('b'));
    queue.clear();
    const before = states.length;
    calls[0]?.reject(unavailable('gone'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
    expect(states).toHaveLength(before);
  });
});

describe('limits', () => {
  test('a send over the limit is not made: it waits, and says until when', async () => {
    const { queue, calls, limits, settle } = start({ points: 1 });
    queue.add(pending('a'));
    queue.add(pending('b'));
    calls[0]?.resolve();
    await settle();
    expect(calls).toHaveLength(1);
    expect(limits.at(-1)).toBe(1_060_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(2);
    expect(limits.at(-1)).toBeNull();
  });

  test('a refusal of the server is waited out', async () => {
    const { queue, calls, limits } = start();
    queue.add(pending('a'));
    calls[0]?.reject(limited(7_000));
    await vi.advanceTimersByTimeAsync(6_999);
    expect(calls).toHaveLength(1);
    expect(limits.at(-1)).toBe(1_007_000);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(2);
  });

  test('nothing is left to wait for when what waited is discarded', async () => {
    const { queue, limits, calls } = start({ points: 1 });
    queue.add(pending('a'));
    queue.add(pending('b'));
    calls[0]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    queue.discard(1, 'b');
    expect(limits.at(-1)).toBeNull();
  });
});
