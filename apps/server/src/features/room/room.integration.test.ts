import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

describe.each(databaseKinds)('rooms on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  describe('creating', () => {
    test('makes the caller the owner, everyone named a member once, and placeholders of the unknown', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const stranger = 700_001;
      const room = await ann.rooms.create({
        name: '  Team ',
        memberIds: [bob.userId, stranger, bob.userId, ann.userId],
      });
      expect(room).toMatchObject({
        name: 'Team',
        type: 'GROUP',
        createdBy: ann.userId,
        myRole: 'OWNER',
        memberCount: 3,
      });
      expect(room).toMatchObject({ seq: 0, archivedAt: null, lastMessage: null, unread: 0, readSeq: 0, peer: null });
      const { items } = await bob.members.list({ roomId: room.id });
      expect(items.map(({ role, user }) => [user.name, role])).toEqual([
        ['Ann', 'OWNER'],
        ['Bob', 'MEMBER'],
        [`User ${stranger}`, 'MEMBER'],
      ]);
    });

    test('is told to each member on their own channel, as no entry of the log', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
      const [owner, member] = (await ann.members.list({ roomId })).items;
      expect([owner, member]).toMatchObject([
        { userId: ann.userId, role: 'OWNER', user: { id: ann.userId, name: 'Ann' } },
        { userId: bob.userId, role: 'MEMBER', user: { id: bob.userId, name: 'Bob' } },
      ]);
      expect(await ann.next('member:added')).toEqual({ ...owner, seq: 0, by: ann.userId });
      expect(await bob.next('member:added')).toEqual({ ...member, seq: 0, by: ann.userId });
      expect(await app.database.prisma.roomEvent.count({ where: { roomId } })).toBe(0);
    });

    test('with the same unknown people in any order at once works for everyone', async () => {
      const ann = await app.client('Ann', { offline: true });
      const ids = Array.from({ length: 60 }, (_, n) => 710_000 + n);
      const orders = [ids, ids.toReversed(), ids, ids.toReversed(), ids, ids.toReversed()];
      const rooms = await Promise.all(orders.map((memberIds) => ann.rooms.create({ name: 'Race', memberIds })));
      expect(rooms.map(({ memberCount }) => memberCount)).toEqual(Array(6).fill(61));
    });
  });

  describe('a direct room', () => {
    test('is one per pair, named after the other person on each side', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const mine = await ann.rooms.direct({ userId: bob.userId });
      const theirs = await bob.rooms.direct({ userId: ann.userId });
      const userOf = ({ userId, name }: TestClient) => ({ id: userId, name, picture: null });
      expect(mine).toMatchObject({ type: 'DIRECT', name: 'Bob', memberCount: 2, myRole: 'OWNER', peer: userOf(bob) });
      expect(theirs).toMatchObject({ id: mine.id, name: 'Ann', myRole: 'MEMBER', peer: userOf(ann) });
      const { items } = await bob.members.list({ roomId: mine.id });
      expect(await bob.next('member:added')).toEqual({ ...items[1], seq: 0, by: ann.userId });
      expect(await ann.rooms.direct({ userId: bob.userId })).toEqual(mine);
      const names = await Promise.all([ann, bob].map((user) => user.rooms.list({})));
      expect(names.map(({ items }) => items.map(({ name }) => name))).toEqual([['Bob'], ['Ann']]);
    });

    test('is one also when opened from both sides many times at once, and told once', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const open = () => [ann.rooms.direct({ userId: bob.userId }), bob.rooms.direct({ userId: ann.userId })];
      const rooms = await Promise.all(Array.from({ length: 8 }, open).flat());
      expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
      const roomId = rooms[0]?.id ?? 0;
      await ann.rooms.enter({ roomId });
      await ann.messages.create({ roomId, content: 'fence' });
      await ann.next('message:new');
      expect(ann.inbox.all('member:added')).toHaveLength(1);
    });

    test('with oneself is BAD_INPUT; with someone unknown it waits for them', async () => {
      const ann = await app.client('Ann', { offline: true });
      const refused = { code: 'BAD_INPUT', issues: [{ path: ['userId'] }] };
      await expect(ann.rooms.direct({ userId: ann.userId })).rejects.toMatchObject(refused);
      expect(await ann.rooms.direct({ userId: 700_002 })).toMatchObject({ name: 'User 700002' });
    });

    test('keeps its two members and its name', async () => {
      const [ann, bob] = [await app.client('Ann', { offline: true }), await app.client('Bob')];
      const { id: roomId } = await ann.rooms.direct({ userId: bob.userId });
      const conflict = { code: 'CONFLICT' };
      await expect(ann.rooms.update({ roomId, name: 'X' })).rejects.toMatchObject(conflict);
      await expect(ann.rooms.archive({ roomId })).rejects.toMatchObject(conflict);
      await expect(ann.members.add({ roomId, userIds: [700_003] })).rejects.toMatchObject(conflict);
      await expect(bob.members.remove({ roomId, userId: bob.userId })).rejects.toMatchObject(conflict);
    });
  });

  describe('the list', () => {
    test('is by last activity, in pages that neither repeat nor leave out', async () => {
      const ann = await app.client('Ann', { offline: true });
      const ids: number[] = [];
      for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await ann.rooms.create({ name })).id);
      const [a = 0, b = 0, c, d, e] = ids;
      await ann.messages.create({ roomId: b, content: 'second' });
      await ann.messages.create({ roomId: a, content: 'first' });
      const seen: number[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await ann.rooms.list({ limit: 2, ...(cursor && { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toEqual([a, b, e, d, c]);
      await expect(ann.rooms.list({ cursor: 'abcd' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    test('has the last message, and what of others is unread', async () => {
      const [ann, bob] = [await app.client('Ann', { offline: true }), await app.client('Bob', { offline: true })];
      await bob.users.me({});
      const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
      const first = await ann.messages.create({ roomId, content: 'one' });
      await ann.messages.create({ roomId, content: 'two' });
      await bob.messages.create({ roomId, content: 'mine' });
      const last = await ann.messages.create({ roomId, content: 'three' });
      const [room] = (await bob.rooms.list({})).items;
      expect(room).toMatchObject({ id: roomId, seq: 4, unread: 3, lastMessage: last, myRole: 'MEMBER' });
      await ann.messages.delete({ messageId: first.id, roomId });
      expect(await bob.rooms.get({ roomId })).toMatchObject({ unread: 2, seq: 5 });
      expect(await ann.rooms.get({ roomId })).toMatchObject({ unread: 1 });
    });
  });

  test('a room that is not yours and one that does not exist answer alike', async () => {
    const [ann, eve] = [await app.client('Ann', { offline: true }), await app.client('Eve', { offline: true })];
    const { id: roomId } = await ann.rooms.create({ name: 'Secret' });
    const refused = { code: 'NOT_A_MEMBER', message: 'Not a member of this room' };
    for (const id of [roomId, 999_999_999]) {
      await expect(eve.rooms.get({ roomId: id })).rejects.toMatchObject(refused);
      await expect(eve.rooms.markRead({ roomId: id, seq: 1 })).rejects.toMatchObject(refused);
    }
    expect((await eve.rooms.list({})).items).toEqual([]);
  });

  test('owner and admins rename it, members do not; the room is told with the next seq', async () => {
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
    const { id: roomId } = await ann.rooms.create({ name: 'Old', memberIds: [bob.userId] });
    await bob.rooms.enter({ roomId });
    await expect(bob.rooms.update({ roomId, name: 'Bobs' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await ann.rooms.update({ roomId, name: 'New' })).toMatchObject({ name: 'New', seq: 1 });
    expect(await bob.next('room:updated')).toEqual({ roomId, seq: 1, name: 'New', by: ann.userId });
    await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
    expect(await bob.rooms.update({ roomId, name: 'Bobs' })).toMatchObject({ name: 'Bobs', myRole: 'ADMIN' });
  });

  describe('archiving', () => {
    test('is for the owner, once: the second time changes and tells nothing', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
      await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
      await expect(bob.rooms.archive({ roomId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await bob.rooms.enter({ roomId });
      const archived = await ann.rooms.archive({ roomId });
      expect(archived.archivedAt).not.toBeNull();
      const { archivedAt } = archived;
      expect(await bob.next('room:archived')).toEqual({ roomId, seq: 2, by: ann.userId, archivedAt });
      expect(await ann.rooms.archive({ roomId })).toEqual(archived);
    });

    test('leaves it to be read, not written', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
      const message = await ann.messages.create({ roomId, content: 'hi', clientId: 'c1' });
      const call = await ann.calls.start({ roomId, callType: 'AUDIO' });
      await ann.rooms.archive({ roomId });

      const writes = [
        () => bob.messages.create({ roomId, content: 'too late' }),
        () => ann.messages.edit({ messageId: message.id, content: 'x' }),
        () => ann.messages.delete({ messageId: message.id }),
        () => ann.rooms.update({ roomId, name: 'X' }),
        () => ann.members.add({ roomId, userIds: [700_004] }),
        () => ann.members.remove({ roomId, userId: bob.userId }),
        () => bob.members.remove({ roomId, userId: bob.userId }),
        () => ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' }),
        () => ann.calls.start({ roomId, callType: 'VIDEO' }),
      ];
      for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'CONFLICT' });

      expect(await bob.rooms.get({ roomId })).toMatchObject({ seq: 3, lastMessage: message, unread: 1 });
      expect((await bob.messages.list({ roomId })).items).toEqual([message]);
      expect((await bob.rooms.enter({ roomId })).room.archivedAt).not.toBeNull();
      expect(await bob.rooms.markRead({ roomId, seq: 3 })).toEqual({ seq: 3, unread: 0 });
      // What was done before the archive can still be repeated, and what runs can end.
      expect(await ann.messages.create({ roomId, content: 'hi', clientId: 'c1' })).toEqual(message);
      expect(await ann.calls.end({ callId: call.callId })).toMatchObject({ status: 'ENDED' });
    });
  });

  describe('the read pointer', () => {
    test('moves forward only, and not beyond the log; each move is told to the room', async () => {
      const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
      const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
      for (const content of ['one', 'two', 'three']) await ann.messages.create({ roomId, content });
      await ann.rooms.enter({ roomId });
      expect(await bob.rooms.markRead({ roomId, seq: 2 })).toEqual({ seq: 2, unread: 1 });
      expect(await bob.rooms.markRead({ roomId, seq: 1 })).toEqual({ seq: 2, unread: 1 });
      expect(await bob.rooms.markRead({ roomId, seq: Number.MAX_SAFE_INTEGER })).toEqual({ seq: 3, unread: 0 });
      expect(await bob.rooms.markRead({ roomId, seq: 3 })).toEqual({ seq: 3, unread: 0 });
      await ann.messages.create({ roomId, content: 'four' });
      await ann.next('message:new', ({ content }) => content === 'four');
      expect(ann.inbox.all('room:read')).toEqual([2, 3].map((seq) => ({ roomId, userId: bob.userId, seq })));
      expect(await bob.rooms.get({ roomId })).toMatchObject({ unread: 1 });
    });

    test('of someone who joins later starts at what was there', async () => {
      const [ann, bob] = [await app.client('Ann', { offline: true }), await app.client('Bob', { offline: true })];
      const { id: roomId } = await ann.rooms.create({ name: 'Team' });
      await ann.messages.create({ roomId, content: 'before' });
      await ann.members.add({ roomId, userIds: [bob.userId] });
      expect(await bob.rooms.get({ roomId })).toMatchObject({ unread: 0, readSeq: 1 });
      await ann.messages.create({ roomId, content: 'after' });
      expect(await bob.rooms.get({ roomId })).toMatchObject({ unread: 1 });
    });
  });
});
