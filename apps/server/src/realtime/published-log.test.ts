import { expect, test } from 'vitest';
import { toEmission } from '../core/audience.js';
import { PublishedLog } from './published-log.js';

const ROOM = 5;
const entry = (seq: number, roomId = ROOM) =>
  toEmission({ event: 'room:updated', payload: { roomId, seq, name: '', by: 1 } });

test('the head moves with what is published, and stops before a hole', () => {
  const log = new PublishedLog();
  log.learn(ROOM, 3);
  for (const seq of [4, 5, 7, 8]) log.published(entry(seq));
  expect(log.head(ROOM)).toBe(5);
  expect([5, 6, 7, 8, 9].map((seq) => log.isPublished(ROOM, seq))).toEqual([true, false, true, true, false]);
  log.published(entry(6));
  expect(log.head(ROOM)).toBe(8);
});

test('what is published while a room is looked up for the first time counts: who comes reads it, and what is before it', () => {
  const log = new PublishedLog();
  for (const seq of [4, 5, 7]) log.published(entry(seq));
  expect(log.head(ROOM)).toBeNull();
  log.learn(ROOM, 4);
  expect(log.head(ROOM)).toBe(7);
});

test('looking it up again does not hide what is missing', () => {
  const log = new PublishedLog();
  log.learn(ROOM, 3);
  log.learn(ROOM, 9);
  expect(log.head(ROOM)).toBe(3);
  log.skipTo(ROOM, 9);
  log.skipTo(ROOM, 4);
  expect(log.head(ROOM)).toBe(9);
});

test('first members of a room, repeats and other rooms move nothing', () => {
  const log = new PublishedLog();
  log.learn(ROOM, 3);
  log.published(entry(0));
  log.published(entry(2));
  log.published(entry(4, 6));
  log.published({ event: 'user:stop_typing', audience: {}, payload: { roomId: ROOM, userId: 1 } });
  expect(log.head(ROOM)).toBe(3);
});

test('rooms that nobody here is a member of are forgotten', () => {
  const log = new PublishedLog();
  log.learn(ROOM, 3);
  log.learn(6, 3);
  log.keepOnly(new Set([6]));
  expect([log.head(ROOM), log.head(6)]).toEqual([null, 3]);
});

test('with its first member here a room is looked at: what follows is due, if nobody is told of it', () => {
  const log = new PublishedLog();
  const member = { roomId: ROOM, userId: 1, role: 'OWNER', joinedAt: '', by: 1 } as const;
  const user = { id: 1, name: 'Ann', picture: null };
  log.published({ event: 'member:added', audience: {}, payload: { ...member, user, seq: 0 } });
  expect(log.head(ROOM)).toBe(0);
  log.learn(ROOM, 3);
  expect(log.head(ROOM)).toBe(0);
});
