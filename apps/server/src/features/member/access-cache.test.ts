import type { Payload } from '@dream-studio/contracts';
import { afterEach, expect, test, vi } from 'vitest';
import type { RoomAccess } from '../../core/context.js';
import type { Emission } from '../../core/ports.js';
import { createAccessCache } from './access-cache.js';

afterEach(() => void vi.useRealTimers());

/** A cache over memberships that a test changes, and which of them were asked for. */
function start(options?: Parameters<typeof createAccessCache>[1]) {
  const members = new Map<string, RoomAccess['role']>();
  const asked: string[] = [];
  const read = (userId: number, roomId: number): RoomAccess | null => {
    const role = members.get(`${userId} ${roomId}`);
    return role ? { roomId, role } : null;
  };
  const reader = {
    async byRoom(userId: number, roomId: number) {
      asked.push(`${userId} ${roomId}`);
      const found = read(userId, roomId);
      await reader.answer;
      return found;
    },
    byMessage: async () => null,
    byCall: async () => null,
    exists: async () => false,
    /** Until it is resolved, what was read is on its way. */
    answer: Promise.resolve() as Promise<void>,
  };
  return { cache: createAccessCache(reader, options), members, asked, reader };
}

const change = (event: Emission['event'], roomId: number): Emission => ({
  event,
  audience: { room: roomId },
  payload: { roomId, seq: 1, userId: 1, by: 2 } as Payload<'member:removed'>,
});

test('a member is asked for once', async () => {
  const { cache, members, asked } = start();
  members.set('1 5', 'MEMBER');
  expect(await cache.byRoom(1, 5)).toEqual({ roomId: 5, role: 'MEMBER' });
  expect(await cache.byRoom(1, 5)).toEqual({ roomId: 5, role: 'MEMBER' });
  expect(asked).toEqual(['1 5']);
});

test('a change that nobody has told counts after a while', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { cache, members, asked } = start({ maxAgeMs: 4_000 });
  members.set('1 5', 'ADMIN');
  await cache.byRoom(1, 5);
  members.set('1 5', 'MEMBER');
  vi.advanceTimersByTime(3_999);
  expect([await cache.byRoom(1, 5), asked]).toEqual([{ roomId: 5, role: 'ADMIN' }, ['1 5']]);
  vi.advanceTimersByTime(1);
  expect(await cache.byRoom(1, 5)).toEqual({ roomId: 5, role: 'MEMBER' });
  members.delete('1 5');
  vi.advanceTimersByTime(4_000);
  expect(await cache.byRoom(1, 5)).toBeNull();
});

test('that someone is no member is never kept', async () => {
  const { cache, members } = start();
  expect(await cache.byRoom(1, 5)).toBeNull();
  members.set('1 5', 'MEMBER');
  expect(await cache.byRoom(1, 5)).toEqual({ roomId: 5, role: 'MEMBER' });
});

test.each(['member:added', 'member:removed', 'member:role'] as const)(
  'with %s all of the room is read again, and no other room',
  async (event) => {
    const { cache, members, asked } = start();
    for (const key of ['1 5', '2 5', '1 6']) members.set(key, 'ADMIN');
    const all = () => Promise.all([cache.byRoom(1, 5), cache.byRoom(2, 5), cache.byRoom(1, 6)]);
    await all();
    members.delete('1 5');
    members.set('2 5', 'MEMBER');
    cache.published(change(event, 5));
    expect(await all()).toEqual([null, { roomId: 5, role: 'MEMBER' }, { roomId: 6, role: 'ADMIN' }]);
    expect(asked).toEqual(['1 5', '2 5', '1 6', '1 5', '2 5']);
  },
);

test('what was read before a change and comes after it is not kept', async () => {
  const { cache, members, reader } = start();
  members.set('1 5', 'MEMBER');
  let answer = () => {};
  reader.answer = new Promise((resolve) => {
    answer = resolve;
  });
  const before = cache.byRoom(1, 5);
  members.delete('1 5');
  cache.published(change('member:removed', 5));
  answer();
  expect(await before).toEqual({ roomId: 5, role: 'MEMBER' });
  expect(await cache.byRoom(1, 5)).toBeNull();
});

test('a failed read is told, and the next one asks again', async () => {
  const { cache, members, reader } = start();
  members.set('1 5', 'MEMBER');
  reader.answer = Promise.reject(new Error('gone'));
  await expect(cache.byRoom(1, 5)).rejects.toThrow('gone');
  reader.answer = Promise.resolve();
  expect(await cache.byRoom(1, 5)).toEqual({ roomId: 5, role: 'MEMBER' });
});

test('over its capacity it forgets the rooms it has known longest', async () => {
  const { cache, members, asked } = start({ capacity: 2 });
  for (const roomId of [5, 6, 7]) {
    members.set(`1 ${roomId}`, 'MEMBER');
    await cache.byRoom(1, roomId);
  }
  await cache.byRoom(1, 7);
  await cache.byRoom(1, 6);
  expect(asked).toHaveLength(3);
  await cache.byRoom(1, 5);
  expect(asked).toHaveLength(4);
});

test('while the changes of other nodes are not heard every call asks; what was known before is forgotten', async () => {
  let hears = true;
  const { cache, members, asked } = start({ hears: () => hears });
  members.set('1 5', 'MEMBER');
  await cache.byRoom(1, 5);
  hears = false;
  members.delete('1 5');
  expect(await cache.byRoom(1, 5)).toBeNull();
  cache.clear();
  hears = true;
  expect(await cache.byRoom(1, 5)).toBeNull();
  expect(asked).toHaveLength(3);
});
