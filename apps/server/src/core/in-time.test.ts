import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from './context.js';
import type { DispatchReply } from './dispatch.js';
import { inTime } from './in-time.js';

const caller: Caller = { transport: 'rest', identity: null, address: '10.0.0.1', connection: null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an answer passes as it is, and leaves no timer', async () => {
  const reply: DispatchReply = { ok: true, data: { seq: 3 }, repeated: false };
  const dispatch = vi.fn(async () => reply);
  expect(await inTime(dispatch)('room.get', caller, { roomId: 1 })).toBe(reply);
  expect(dispatch).toHaveBeenCalledWith('room.get', caller, { roomId: 1 });
  expect(vi.getTimerCount()).toBe(0);
});

test('a call that is under way for too long is UNAVAILABLE, within 5 s; its own answer comes to nothing', async () => {
  let end = (_: DispatchReply) => {};
  const answer = inTime(() => new Promise((resolve) => (end = resolve)))('room.get', caller, { roomId: 1 });
  await vi.advanceTimersByTimeAsync(4_999);
  end({ ok: true, data: {}, repeated: false });
  expect(await answer).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', retryable: true } });
});
