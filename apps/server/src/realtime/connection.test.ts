import { BOUNDS } from '@dream-studio/contracts';
import type { Socket } from 'socket.io';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Identity } from '../core/context.js';
import { ConnectionTable, SocketConnection } from './connection.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = new Date('2030-01-01T00:00:00Z').getTime();

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

const identityOf = (userId: number, expiresMs: number): Identity => ({
  userId,
  name: null,
  picture: null,
  issuedAt: null,
  expiresAt: new Date(expiresMs),
  isService: false,
});

/** A connection over a socket that notes what is done with it; its token runs out after `lifeMs`. */
function connect(lifeMs: number, userId = 7) {
  const steps: string[] = [];
  const socket = {
    id: 's',
    connected: true,
    join: (key: string) => steps.push(`join ${key}`),
    leave: (key: string) => steps.push(`leave ${key}`),
    emit: (event: string) => steps.push(event),
    disconnect: () => steps.push('cut'),
  } as unknown as Socket;
  const identity = identityOf(userId, Date.now() + lifeMs);
  return { connection: new SocketConnection(socket, identity), steps };
}

describe('a token', () => {
  test.each([1_000, 60_000, 24 * DAY_MS, 25 * DAY_MS, 60 * DAY_MS, 400 * DAY_MS])(
    'of %d ms is told of at its end, and its socket cut a minute later, not before',
    (lifeMs) => {
      const { steps } = connect(lifeMs);
      vi.advanceTimersByTime(lifeMs - 1);
      expect(steps).toEqual(['join user:7']);
      vi.advanceTimersByTime(1);
      expect(steps).toEqual(['join user:7', 'auth:expired']);
      vi.advanceTimersByTime(59_999);
      expect(steps).toHaveLength(2);
      vi.advanceTimersByTime(1);
      expect(steps).toEqual(['join user:7', 'auth:expired', 'cut']);
    },
  );

  test('that ends within a second is told of at the end of that second', () => {
    const { steps } = connect(DAY_MS + 1);
    vi.advanceTimersByTime(DAY_MS);
    expect(steps).toEqual(['join user:7']);
    vi.advanceTimersByTime(1_000);
    expect(steps).toEqual(['join user:7', 'auth:expired']);
  });

  test('that had run out already is told of at once, and its socket lives no longer than the tolerance', () => {
    const { steps } = connect(-30_000);
    vi.advanceTimersByTime(0);
    expect(steps).toContain('auth:expired');
    vi.advanceTimersByTime(30_000);
    expect(steps).toContain('cut');
  });

  test('refreshed before or after its end keeps the socket', () => {
    const { connection, steps } = connect(1_000);
    connection.extend(identityOf(connection.userId, START + 2_000));
    vi.advanceTimersByTime(2_000 + 59_999);
    expect(steps).toEqual(['join user:7', 'auth:expired']);
    connection.extend(identityOf(connection.userId, START + DAY_MS));
    vi.advanceTimersByTime(DAY_MS / 2);
    expect(steps).toHaveLength(2);
  });

  test('of a closed socket wakes nobody', () => {
    const { connection, steps } = connect(1_000);
    connection.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(DAY_MS);
    expect(steps).toEqual(['join user:7']);
  });
});

describe('rooms of a socket', () => {
  test('are entered once and left', () => {
    const { connection, steps } = connect(1_000);
    connection.enter(5);
    connection.enter(5);
    connection.exit(5);
    expect(steps).toEqual(['join user:7', 'join room:5', 'leave room:5']);
    expect(connection.rooms.size).toBe(0);
  });

  test('are bounded; one it is in already is no further one', () => {
    const { connection } = connect(1_000);
    for (let roomId = 1; roomId <= BOUNDS.roomsPerSocketMax; roomId++) connection.enter(roomId);
    connection.enter(1);
    expect(() => connection.enter(999)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    connection.exit(1);
    connection.enter(999);
  });

  test('cannot be entered any more once it is closed', () => {
    const { connection, steps } = connect(1_000);
    connection.close();
    expect(() => connection.enter(5)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    expect(steps).toEqual(['join user:7']);
  });
});

test('the table knows the live connections of each user', () => {
  const table = new ConnectionTable();
  const [one, two, other] = [connect(1_000), connect(1_000), connect(1_000, 8)].map(({ connection }) => connection);
  for (const connection of [one, two, other]) if (connection) table.add(connection);
  expect([...table.of(7)]).toEqual([one, two]);
  if (one) table.remove(one);
  expect([...table.of(7)]).toEqual([two]);
  if (two) table.remove(two);
  expect([...table.of(7)]).toEqual([]);
  expect([...table.of(8)]).toEqual([other]);
});

test('where its rooms are is told as long as there are some, and once that there are none', () => {
  const { connection, steps } = connect(DAY_MS);
  for (const seqs of [{}, { 1: 2 }, { 1: 2 }, {}, {}, { 1: 3 }]) connection.tellSeqs(seqs);
  expect(steps.filter((step) => step === 'room:seq')).toHaveLength(4);
});

test('sockets of a user that are let in in one turn are counted before they are there, and once', async () => {
  const table = new ConnectionTable();
  const admitted = () =>
    Array.from({ length: 2 * BOUNDS.socketsPerUserMax }, () => table.admit(7)).filter(Boolean).length;
  expect(admitted()).toBe(BOUNDS.socketsPerUserMax);
  expect(table.admit(8)).toBe(true);
  table.add(connect(DAY_MS).connection);
  vi.advanceTimersByTime(0);
  // Those that did not come after all hold no place.
  expect(admitted()).toBe(BOUNDS.socketsPerUserMax - 1);
});
