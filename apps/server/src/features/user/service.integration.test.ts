import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

const BOT = 900_000;

describe.each(databaseKinds)('a service token on %s', (kind) => {
  let app: TestApp;
  let bot: TestClient;
  let lastUserId = BOT;
  const newUserId = () => ++lastUserId;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
    const token = await app.mint(BOT, 'Backend', '1h', { isService: true });
    bot = await app.client('Backend', { userId: BOT, token });
  });
  afterAll(() => app?.close());

  const roomOf = async (owner: TestClient, ...memberIds: number[]) => {
    const { id } = await owner.rooms.create({ name: 'Team', memberIds });
    return id;
  };
  const rolesIn = async (roomId: number) =>
    Object.fromEntries((await bot.members.list({ roomId })).items.map(({ userId, role }) => [userId, role]));

  test('is a user of its own', async () => {
    expect(await bot.users.me({})).toEqual({ id: BOT, name: 'Backend', picture: null });
    const { id, myRole } = await bot.rooms.create({ name: 'Mine' });
    expect(myRole).toBe('OWNER');
    expect(await rolesIn(id)).toEqual({ [BOT]: 'OWNER' });
  });

  test('makes users known, and renames them', async () => {
    const userId = newUserId();
    const picture = 'https://pictures.test/ann.png';
    expect(await bot.users.upsert({ userId, name: 'Ann', picture })).toEqual({ id: userId, name: 'Ann', picture });
    expect(await bot.users.upsert({ userId, name: 'Ann Lee' })).toEqual({ id: userId, name: 'Ann Lee', picture });
    expect(await bot.users.upsert({ userId, name: 'Ann Lee', picture: null })).toMatchObject({ picture: null });
    for (const bad of ['javascript:alert(1)', 'https://x y', `https://${'x'.repeat(2_050)}`]) {
      await expect(bot.users.upsert({ userId, name: 'Ann', picture: bad })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    }
    const ann = await app.client('Ann Token', { userId });
    expect(await ann.users.me({})).toMatchObject({ name: 'Ann Token' });
  });

  test('makes a room for others without being in it; they are told', async () => {
    const [ann, bob] = [await app.client('Ann'), newUserId()];
    const room = await bot.rooms.create({ name: 'For Ann', ownerId: ann.userId, memberIds: [bob, ann.userId] });
    expect(room).toMatchObject({ createdBy: BOT, myRole: 'OWNER', memberCount: 2, unread: 0, readSeq: 0, peer: null });
    expect(await ann.next('member:added', ({ roomId }) => roomId === room.id)).toMatchObject({
      by: BOT,
      role: 'OWNER',
    });
    expect(await rolesIn(room.id)).toEqual({ [ann.userId]: 'OWNER', [bob]: 'MEMBER' });
    expect((await bot.rooms.list({})).items.map(({ id }) => id)).not.toContain(room.id);
    const nobody = newUserId();
    const theirs = await bot.rooms.create({ name: 'Of a new user', ownerId: nobody });
    expect(await rolesIn(theirs.id)).toEqual({ [nobody]: 'OWNER' });
    const forbidden = { code: 'FORBIDDEN' };
    await expect(ann.rooms.create({ name: 'x', ownerId: bob })).rejects.toMatchObject(forbidden);
    await expect(ann.rooms.create({ name: 'x', ownerId: ann.userId })).rejects.toMatchObject(forbidden);
  });

  test('reads and changes any room as its owner would; those in it hear of it', async () => {
    const ann = await app.client('Ann');
    const roomId = await roomOf(ann);
    await ann.rooms.enter({ roomId });
    await ann.messages.create({ roomId, content: 'hi' });
    expect(await bot.rooms.get({ roomId })).toMatchObject({ myRole: 'OWNER', unread: 0, seq: 1, readSeq: 1 });
    expect(await bot.rooms.update({ roomId, name: 'Renamed' })).toMatchObject({ name: 'Renamed', myRole: 'OWNER' });
    expect(await ann.next('room:updated')).toMatchObject({ roomId, seq: 2, name: 'Renamed', by: BOT });
    expect((await bot.rooms.archive({ roomId })).archivedAt).not.toBeNull();
    expect(await ann.next('room:archived')).toMatchObject({ roomId, by: BOT });
    await expect(bot.rooms.update({ roomId, name: 'x' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('sees a direct room from outside, and cannot change who is in it', async () => {
    const [ann, bob] = [await app.client('Ann', { offline: true }), newUserId()];
    const { id: roomId } = await ann.rooms.direct({ userId: bob });
    expect(await bot.rooms.get({ roomId })).toMatchObject({
      type: 'DIRECT',
      name: [ann.userId, bob].sort((a, b) => a - b).join(':'),
      peer: null,
    });
    const removed = bot.members.remove({ roomId, userId: bob });
    await expect(removed).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('adds and removes members, and hands the room over', async () => {
    const ann = await app.client('Ann', { offline: true });
    const [bob, eve] = [newUserId(), newUserId()];
    const roomId = await roomOf(ann);
    const { items } = await bot.members.add({ roomId, userIds: [bob, eve] });
    expect(items).toHaveLength(2);
    await expect(bot.members.setRole({ roomId, userId: ann.userId, role: 'ADMIN' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await bot.members.setRole({ roomId, userId: bob, role: 'OWNER' });
    expect(await rolesIn(roomId)).toEqual({ [ann.userId]: 'ADMIN', [bob]: 'OWNER', [eve]: 'MEMBER' });
    // The owner too: the room goes to the longest-standing admin, as if they had left.
    await bot.members.remove({ roomId, userId: bob });
    expect(await rolesIn(roomId)).toEqual({ [ann.userId]: 'OWNER', [eve]: 'MEMBER' });
    await bot.members.remove({ roomId, userId: eve });
    await bot.members.remove({ roomId, userId: ann.userId });
    expect(await bot.rooms.get({ roomId })).toMatchObject({ memberCount: 0, archivedAt: expect.any(String) });
  });

  test('who is a member keeps their own view of the room', async () => {
    const ann = await app.client('Ann', { offline: true });
    const roomId = await roomOf(ann, BOT);
    await ann.messages.create({ roomId, content: 'hi' });
    expect(await bot.rooms.get({ roomId })).toMatchObject({ myRole: 'MEMBER', unread: 1, readSeq: 0 });
    expect(await bot.rooms.update({ roomId, name: 'Renamed' })).toMatchObject({ name: 'Renamed' });
  });

  test('has no more to say in a room than any user, else', async () => {
    const ann = await app.client('Ann', { offline: true });
    const roomId = await roomOf(ann);
    const { id: messageId } = await ann.messages.create({ roomId, content: 'hi' });
    const unseen = { code: 'NOT_A_MEMBER' };
    await expect(bot.messages.create({ roomId, content: 'x' })).rejects.toMatchObject(unseen);
    await expect(bot.messages.list({ roomId })).rejects.toMatchObject(unseen);
    await expect(bot.messages.delete({ messageId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(bot.rooms.get({ roomId: Number.MAX_SAFE_INTEGER })).rejects.toMatchObject(unseen);
  });

  test('bans, lets in again and revokes; never itself', async () => {
    const ann = await app.client('Ann', { offline: true });
    const { userId } = ann;
    const roomId = await roomOf(ann);
    const until = '2999-12-31T23:59:59.000Z';
    expect(await bot.users.ban({ userId, reason: 'spam', until })).toEqual({ userId, until });
    const message = `You are banned until ${until}: spam`;
    await expect(ann.users.me({})).rejects.toMatchObject({ code: 'FORBIDDEN', message });
    expect(await bot.users.ban({ userId })).toEqual({ userId, until: null });
    await expect(ann.users.me({})).rejects.toMatchObject({ message: 'You are banned' });
    expect(await rolesIn(roomId)).toEqual({ [userId]: 'OWNER' });
    for (const _ of [1, 2]) expect(await bot.users.unban({ userId })).toEqual({});
    expect(await ann.users.me({})).toMatchObject({ id: userId });

    const { revokedAt } = await bot.users.revoke({ userId });
    expect(Math.abs(Date.parse(revokedAt) - Date.now())).toBeLessThan(60_000);
    await expect(ann.users.me({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(bot.users.ban({ userId: BOT })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(bot.users.revoke({ userId: BOT })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(bot.users.ban({ userId, until: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      issues: [{ path: ['until'] }],
    });
  });

  test('a refused token names nobody', async () => {
    const userId = newUserId();
    await bot.users.upsert({ userId, name: 'Right' });
    await bot.users.revoke({ userId });
    const stale = await app.client('Stale', { userId, offline: true });
    await expect(stale.users.me({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { name } = await app.database.prisma.user.findUniqueOrThrow({ where: { id: userId } });
    expect(name).toBe('Right');
  });

  test('a banned user’s client gives up, and connects once they are let in again', async () => {
    const ann = await app.client('Ann');
    const until = (state: string) =>
      new Promise<void>((resolve) => {
        const check = () => ann.connection.get() === state && resolve();
        ann.connection.subscribe(check);
        check();
      });
    await bot.users.ban({ userId: ann.userId });
    await until('unauthorized');
    expect(ann.inbox.received.find(({ event }) => event === ('error' as never))?.payload).toMatchObject({
      message: 'You are banned',
      body: { code: 'FORBIDDEN' },
    });
    await bot.users.unban({ userId: ann.userId });
    await ann.connect();
    expect(ann.connection.get()).toBe('connected');
  });
});

test('the calls of a service are limited by a row of their own', async () => {
  await using app = await startTestApp({ env: { rateLimitFactor: 1 / 600 } });
  const token = await app.mint(BOT, 'Backend', '1h', { isService: true });
  const bot = await app.client('Backend', { userId: BOT, token, offline: true });
  // 10 of `service`; of `room:create` there would be 1.
  for (let call = 0; call < 10; call += 1) await bot.rooms.create({ name: `Room ${call}` });
  await expect(bot.rooms.create({ name: 'One more' }, { timeoutMs: 1_000 })).rejects.toMatchObject({
    code: 'RATE_LIMITED',
  });
});
