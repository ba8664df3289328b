import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../test/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Ann shows a room of which Bob is a member, whose socket is not there yet. */
async function watched() {
  const ann = await app.client('Ann');
  const bob = await app.client('Bob', { offline: true });
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  await ann.rooms.enter({ roomId });
  return { ann, bob, roomId };
}
const tabOf = (user: TestClient, options = {}) => app.client(user.name, { userId: user.userId, ...options });

/** What a client was told of a user, in order. */
const newsOf = ({ inbox }: TestClient, { userId }: TestClient) =>
  inbox.received.flatMap(({ event, payload }) =>
    /^(user:o|member:[jl])/.test(event) && (payload as { userId: number }).userId === userId ? [event] : [],
  );

describe('coming online and going offline', () => {
  test('is told with the first socket and a grace after the last, over both namespaces', async () => {
    const { ann, bob, roomId } = await watched();
    const first = await tabOf(bob);
    expect(await ann.next('user:online', ({ userId }) => userId === bob.userId)).toMatchObject({
      socketId: expect.any(String),
    });
    const second = await tabOf(bob, { namespace: '/chat' });
    first.close();
    const { members, ...online } = await ann.presence.list({ roomId, userIds: [bob.userId, ann.userId, 999] });
    expect(online).toEqual({ onlineUserIds: [ann.userId, bob.userId], onlineCount: 2 });
    expect(members).toEqual([ann, bob].map(({ userId }) => ({ userId, online: true, lastSeenAt: null })));

    second.close();
    const since = performance.now();
    const { lastSeenAt } = await ann.next('user:offline', ({ userId }) => userId === bob.userId);
    expect(performance.now() - since).toBeGreaterThan(TIMES.presenceGraceMs - 500);
    expect(newsOf(ann, bob)).toEqual(['user:online', 'user:offline']);
    const after = await ann.presence.list({ roomId, userIds: [bob.userId] });
    expect(after).toMatchObject({ onlineCount: 1, members: [{ userId: bob.userId, online: false, lastSeenAt }] });
  });

  test('reaches those who share a room, and nobody else', async () => {
    const { ann, bob } = await watched();
    const [cid, dan] = [await app.client('Cid'), await app.client('Dan')];
    const { id: roomId } = await cid.rooms.create({ name: 'Others', memberIds: [dan.userId] });
    await tabOf(bob);
    await ann.next('user:online', ({ userId }) => userId === bob.userId);
    await cid.rooms.enter({ roomId });
    await dan.messages.create({ roomId, content: 'fence' });
    await cid.next('message:new');
    expect(newsOf(cid, bob)).toEqual([]);
    expect(cid.inbox.all('user:online').map(({ userId }) => userId)).toEqual([cid.userId]);
  });

  test('a person who was never seen has no last time', async () => {
    const { ann, bob, roomId } = await watched();
    const { members } = await ann.presence.list({ roomId, userIds: [bob.userId] });
    expect(members).toEqual([{ userId: bob.userId, online: false, lastSeenAt: null }]);
  });
});

describe('showing a room', () => {
  test('is told once per user: with the first socket in and the last one out', async () => {
    const { ann, bob, roomId } = await watched();
    const [first, second] = [await tabOf(bob), await tabOf(bob, { namespace: '/chat' })];
    for (const tab of [first, second, first]) await tab.rooms.enter({ roomId });
    const payload = { userId: bob.userId, roomId, timestamp: expect.any(String) };
    expect(await ann.next('member:joined', ({ userId }) => userId === bob.userId)).toEqual(payload);
    await first.rooms.exit({ roomId });
    await second.rooms.exit({ roomId });
    expect(await ann.next('member:left')).toEqual(payload);
    await second.rooms.exit({ roomId });
    await first.rooms.enter({ roomId });
    await ann.next('member:joined', ({ userId }) => userId === bob.userId);
    expect(newsOf(ann, bob)).toEqual(['user:online', 'member:joined', 'member:left', 'member:joined']);
  });

  test('another leaves the ones before, unless they are kept', async () => {
    const { ann, bob, roomId } = await watched();
    const tab = await tabOf(bob);
    const [second, third] = [
      await ann.rooms.create({ name: '2', memberIds: [bob.userId] }),
      await ann.rooms.create({ name: '3', memberIds: [bob.userId] }),
    ];
    for (const { id } of [second, third]) await ann.rooms.enter({ roomId: id, keepPrevious: true });
    await tab.rooms.enter({ roomId });
    await tab.rooms.enter({ roomId: second.id, keepPrevious: true });
    await tab.rooms.enter({ roomId: third.id });
    await ann.next('member:left', (left) => left.roomId === roomId);
    await ann.next('member:left', (left) => left.roomId === second.id);
    for (const id of [roomId, second.id, third.id]) await ann.messages.create({ roomId: id, content: 'hi' });
    expect(await tab.next('message:new')).toMatchObject({ roomId: third.id });
    // The user's own channel is not left with the rooms.
    await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
    expect(await tab.next('member:role')).toMatchObject({ roomId });
    expect(tab.inbox.all('message:new')).toHaveLength(1);
  });

  test('is kept over a drop: a return within the grace is told to nobody', async () => {
    const { ann, bob, roomId } = await watched();
    const first = await tabOf(bob);
    await first.rooms.enter({ roomId });
    first.close();
    const second = await tabOf(bob);
    await second.rooms.enter({ roomId });
    second.close();
    await ann.next('member:left', ({ userId }) => userId === bob.userId);
    await ann.next('user:offline', ({ userId }) => userId === bob.userId);
    expect(newsOf(ann, bob)).toEqual(['user:online', 'member:joined', 'member:left', 'user:offline']);
  });

  test('that is asked for by a socket which is gone before it runs, leaves nothing behind', async () => {
    const { ann, bob, roomId } = await watched();
    const tab = await tabOf(bob);
    const entering = tab.rooms.enter({ roomId }).catch(() => 'gone');
    tab.close();
    await entering;
    await ann.next('user:offline', ({ userId }) => userId === bob.userId);
    await (await tabOf(bob)).rooms.enter({ roomId });
    await ann.next('user:online', ({ userId }) => userId === bob.userId);
    await ann.next('member:joined', ({ userId }) => userId === bob.userId);
  });

  test('at most 128 at a time on one socket', async () => {
    const { ann } = await watched();
    const { prisma } = app.database;
    const rows = await prisma.room.createManyAndReturn({
      data: Array.from({ length: BOUNDS.roomsPerSocketMax }, () => ({ name: 'x', createdBy: ann.userId })),
    });
    await prisma.member.createMany({ data: rows.map(({ id }) => ({ roomId: id, userId: ann.userId })) });
    const [last, ...others] = rows.map(({ id }) => Number(id));
    // One is shown already.
    await Promise.all(others.map((roomId) => ann.rooms.enter({ roomId, keepPrevious: true })));
    const refused = { code: 'CONFLICT', message: expect.stringContaining('128') };
    await expect(ann.rooms.enter({ roomId: last ?? 0, keepPrevious: true })).rejects.toMatchObject(refused);
    await ann.rooms.enter({ roomId: last ?? 0 });
  });
});

test('with more than 100 online an entry lists 100 of them and the true count; their coming is a count', async () => {
  const ann = await app.client('Ann');
  const crowd = Array.from({ length: BOUNDS.presenceListMax }, (_, n) => 600_000 + n);
  const { id: roomId } = await ann.rooms.create({ name: 'Crowd', memberIds: crowd });
  await ann.rooms.enter({ roomId });
  const [last = 0, ...early] = crowd;
  await Promise.all(early.map((userId) => app.client('Fan', { userId })));
  const fan = await app.client('Fan', { userId: last });
  const entered = await fan.rooms.enter({ roomId });
  expect(entered.onlineCount).toBe(101);
  expect(new Set(entered.onlineUserIds).size).toBe(100);
  expect(await ann.next('room:presence', ({ onlineCount }) => onlineCount === 101)).toEqual({
    roomId,
    onlineCount: 101,
  });
  const named = new Set(ann.inbox.all('user:online').map(({ userId }) => userId));
  expect(named.has(last)).toBe(false);
  expect(named.size).toBe(100);
  expect(ann.inbox.all('member:joined').map(({ userId }) => userId)).toEqual([ann.userId]);
});
