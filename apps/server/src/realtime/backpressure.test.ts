import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSlowConsumerCut, type QueuedConnection } from './backpressure.js';

const KIB = 1024;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function connect(transport: QueuedConnection['transport'] = {}) {
  const cuts: number[] = [];
  const close = vi.fn();
  const connection = Object.assign(new EventEmitter(), { close, transport });
  createSlowConsumerCut((queued) => cuts.push(queued))(connection as unknown as QueuedConnection);
  const queue = (kib: number) => connection.emit('packetCreate', { data: 'x'.repeat(kib * KIB) });
  return { connection, queue, cuts, close };
}

test('a consumer with more than 1 MiB waiting is cut a second later', () => {
  const { queue, cuts, close } = connect();
  queue(1024);
  vi.advanceTimersByTime(60_000);
  expect(cuts).toEqual([]);
  queue(1);
  vi.advanceTimersByTime(999);
  expect(cuts).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(cuts).toEqual([1025 * KIB]);
  expect(close).toHaveBeenCalledExactlyOnceWith(true);
});

test('one that catches up meanwhile stays', () => {
  const { connection, queue, cuts } = connect();
  queue(2048);
  vi.advanceTimersByTime(900);
  connection.emit('flush');
  queue(1000);
  vi.advanceTimersByTime(60_000);
  expect(cuts).toEqual([]);
});

test('at 8 MiB it is cut at once, without a goodbye on a WebSocket', () => {
  const terminate = vi.fn();
  const { queue, cuts, close } = connect({ socket: { terminate } });
  for (let mib = 0; mib < 9; mib++) queue(1024);
  expect(cuts).toHaveLength(1);
  expect(terminate).toHaveBeenCalledOnce();
  expect(close).not.toHaveBeenCalled();
});

test('one that is gone leaves no timer', () => {
  const { connection, queue, cuts } = connect();
  queue(2048);
  connection.emit('close');
  vi.advanceTimersByTime(60_000);
  expect(cuts).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
