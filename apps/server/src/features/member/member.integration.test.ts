import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';

describe.each(databaseKinds)('members on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  /** Ann's room with Bob, and with Cid and Dan as well when asked for. */
  async function team(others: TestClient[] = []) {
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
    const memberIds = [bob, ...others].map(({ userId }) => userId);
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds });
    return { ann, bob, roomId };
  }
  const rolesIn = async (user: TestClient, roomId: number) =>
    Object.fromEntries((await user.members.list({ roomId })).items.map(({ user: { name }, role }) => [name, role]));

  test('are listed by user id, in pages that neither repeat nor leave out', async () => {
    const ann = await app.client('Ann', { offline: true, userId: 800_000 });
    const memberIds = [800_005, 800_003, 800_001, 800_004, 800_002];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds });
    const seen: number[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await ann.members.list({ roomId, limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([800_000, ...memberIds.toSorted()]);
  });

  test('are counted as they come and go, and where that was not done', async () => {
    const { prisma } = app.database;
    const ann = await app.client('Ann');
    const stranger = 700_500;
    const { id: roomId, memberCount } = await ann.rooms.create({ name: 'Team', memberIds: [stranger] });
    const { id: other } = await ann.rooms.create({ name: 'Other' });
    const counts = async () => [
      (await ann.rooms.get({ roomId })).memberCount,
      (await prisma.room.findUnique({ where: { id: roomId } }))?.memberCount,
    ];
    expect([memberCount, ...(await counts())]).toEqual([2, 2, 2]);
    await ann.members.add({ roomId, userIds: [stranger, stranger + 1, stranger + 2] });
    expect(await counts()).toEqual([4, 4]);
    await ann.members.remove({ roomId, userId: stranger });
    expect(await counts()).toEqual([3, 3]);
    await prisma.room.update({ where: { id: roomId }, data: { memberCount: null } });
    expect(await counts()).toEqual([3, null]);
    await prisma.member.deleteMany({ where: { roomId, userId: { gt: stranger } } });
    expect(await counts()).toEqual([1, 1]);
    expect((await ann.rooms.get({ roomId: other })).memberCount).toBe(1);
  });

  describe('adding', () => {
    test('is for owner and admins; it answers with all asked for, and tells only of the new', async () => {
      const { ann, bob, roomId } = await team();
      const cid = await app.client('Cid');
      await ann.rooms.enter({ roomId });
      await expect(bob.members.add({ roomId, userIds: [cid.userId] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const { items } = await ann.members.add({ roomId, userIds: [cid.userId, bob.userId, cid.userId, 800_010] });
      expect(items.map(({ userId }) => userId).toSorted()).toEqual([bob.userId, cid.userId, 800_010].toSorted());
      const memberOf = new Map(items.map((member) => [member.userId, member]));
      const added = (seq: number, userId: number) => ({ ...memberOf.get(userId), seq, by: ann.userId });
      expect(added(1, cid.userId)).toMatchObject({ role: 'MEMBER', user: { id: cid.userId, name: 'Cid' } });
      // To the new member's own channel, and to the room, in the order of the log.
      expect(await cid.next('member:added')).toEqual(added(1, cid.userId));
      await ann.next('member:added', ({ seq }) => seq === 2);
      expect(ann.inbox.all('member:added').filter(({ seq }) => seq > 0)).toEqual([
        added(1, cid.userId),
        added(2, 800_010),
      ]);
      expect(await ann.members.add({ roomId, userIds: [cid.userId] })).toMatchObject({
        items: [{ user: { name: 'Cid' } }],
      });
      expect(await ann.rooms.get({ roomId })).toMatchObject({ seq: 2, memberCount: 4 });
    });

    test('someone again after their removal starts anew', async () => {
      const { ann, bob, roomId } = await team();
      await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
      await ann.members.remove({ roomId, userId: bob.userId });
      await ann.messages.create({ roomId, content: 'behind his back' });
      await ann.members.add({ roomId, userIds: [bob.userId] });
      expect(await bob.rooms.enter({ roomId })).toMatchObject({ room: { myRole: 'MEMBER', unread: 0 }, seq: 4 });
      await ann.messages.create({ roomId, content: 'welcome back' });
      expect(await bob.next('message:new')).toMatchObject({ content: 'welcome back' });
    });
  });

  describe('roles', () => {
    test('are set by the owner alone, and told to the room and to the member', async () => {
      const { ann, bob, roomId } = await team();
      const change = { roomId, userId: bob.userId, role: 'ADMIN' as const };
      await expect(bob.members.setRole(change)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(await ann.members.setRole(change)).toMatchObject({ role: 'ADMIN', user: { name: 'Bob' } });
      expect(await bob.next('member:role')).toEqual({ ...change, seq: 1, by: ann.userId });
      // The same again is no change.
      await ann.members.setRole(change);
      expect(await ann.rooms.get({ roomId })).toMatchObject({ seq: 1 });
      await expect(bob.members.setRole({ ...change, role: 'OWNER' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const missing = { roomId, userId: 899_999, role: 'ADMIN' as const };
      await expect(ann.members.setRole(missing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('ownership is handed over, never just given up', async () => {
      const { ann, bob, roomId } = await team();
      const toMember = { roomId, userId: ann.userId, role: 'MEMBER' as const };
      await expect(ann.members.setRole(toMember)).rejects.toMatchObject({ code: 'CONFLICT' });
      await ann.members.setRole({ roomId, userId: bob.userId, role: 'OWNER' });
      expect(await rolesIn(ann, roomId)).toEqual({ Ann: 'ADMIN', Bob: 'OWNER' });
      await bob.next('member:role', ({ userId, role, seq }) => userId === bob.userId && role === 'OWNER' && seq === 1);
      await ann.next('member:role', ({ userId, role, seq }) => userId === ann.userId && role === 'ADMIN' && seq === 2);
      await expect(ann.rooms.archive({ roomId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await bob.rooms.archive({ roomId });
    });

    test('of two hand-overs at once one takes place', async () => {
      const cid = await app.client('Cid');
      const { ann, bob, roomId } = await team([cid]);
      const handOver = (userId: number) => ann.members.setRole({ roomId, userId, role: 'OWNER' });
      const outcomes = await Promise.allSettled([handOver(bob.userId), handOver(cid.userId)]);
      const roles = Object.values(await rolesIn(ann, roomId));
      expect(roles.toSorted()).toEqual(['ADMIN', 'MEMBER', 'OWNER']);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('removing', () => {
    test('others is for owner and admins, the owner for nobody, oneself for everyone', async () => {
      const [cid, dan] = [await app.client('Cid'), await app.client('Dan')];
      const { ann, bob, roomId } = await team([cid, dan]);
      await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
      const forbidden = { code: 'FORBIDDEN' };
      await expect(cid.members.remove({ roomId, userId: dan.userId })).rejects.toMatchObject(forbidden);
      await expect(bob.members.remove({ roomId, userId: ann.userId })).rejects.toMatchObject(forbidden);
      await expect(bob.members.remove({ roomId, userId: 899_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await bob.members.remove({ roomId, userId: cid.userId })).toEqual({ roomId, userId: cid.userId, seq: 2 });
      expect(await dan.members.remove({ roomId, userId: dan.userId })).toMatchObject({ seq: 3 });
      expect(await cid.next('member:removed')).toEqual({ roomId, seq: 2, userId: cid.userId, by: bob.userId });
      await expect(cid.rooms.get({ roomId })).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    });

    test('cuts all sockets of that user from the room at once, on both namespaces', async () => {
      const { ann, bob, roomId } = await team();
      const tab = await app.client('Bob', { userId: bob.userId, namespace: '/chat' });
      await ann.rooms.enter({ roomId });
      for (const socket of [bob, tab]) await socket.rooms.enter({ roomId });
      await bob.typing.start({ roomId });
      await ann.members.remove({ roomId, userId: bob.userId });
      await ann.messages.create({ roomId, content: 'secret' });
      await ann.next('message:new');
      // What the room learns of it: the removal, then that he stopped typing and is gone from view.
      expect(ann.inbox.all('user:stop_typing')).toEqual([{ userId: bob.userId, roomId }]);
      expect(ann.inbox.all('member:left')).toMatchObject([{ userId: bob.userId, roomId }]);
      await ann.members.add({ roomId, userIds: [bob.userId] });
      for (const socket of [bob, tab]) {
        await socket.next('member:removed');
        await socket.next('member:added', ({ seq }) => seq === 3);
        expect(socket.inbox.all('message:new')).toEqual([]);
        await expect(socket.messages.list({ roomId })).resolves.toMatchObject({ items: [{ content: 'secret' }] });
      }
    });

    test('refuses everything of that user from then on, as if the room did not exist', async () => {
      const { ann, bob, roomId } = await team();
      const message = await bob.messages.create({ roomId, content: 'mine' });
      const call = await bob.calls.start({ roomId, callType: 'AUDIO' });
      await bob.rooms.enter({ roomId });
      await ann.members.remove({ roomId, userId: bob.userId });
      const refused = { code: 'NOT_A_MEMBER' };
      await expect(bob.messages.create({ roomId, content: 'x' })).rejects.toMatchObject(refused);
      await expect(bob.typing.start({ roomId })).rejects.toMatchObject(refused);
      await expect(bob.rooms.enter({ roomId })).rejects.toMatchObject(refused);
      await expect(bob.messages.edit({ messageId: message.id, content: 'x' })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await expect(bob.calls.end({ callId: call.callId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  describe('an owner who leaves', () => {
    test('hands over to the longest-standing admin', async () => {
      const [cid, dan] = [await app.client('Cid'), await app.client('Dan')];
      const { ann, bob, roomId } = await team();
      for (const { userId } of [cid, dan]) await ann.members.add({ roomId, userIds: [userId] });
      for (const { userId } of [dan, cid]) await ann.members.setRole({ roomId, userId, role: 'ADMIN' });
      await ann.members.remove({ roomId, userId: ann.userId });
      expect(await rolesIn(bob, roomId)).toEqual({ Bob: 'MEMBER', Cid: 'OWNER', Dan: 'ADMIN' });
      const change = { roomId, userId: cid.userId, role: 'OWNER', by: ann.userId };
      expect(await cid.next('member:role', ({ role }) => role === 'OWNER')).toEqual({ ...change, seq: 6 });
    });

    test('without admins to the longest-standing member; the last one to leave archives the room', async () => {
      const { ann, bob, roomId } = await team();
      await ann.members.add({ roomId, userIds: [800_020] });
      await ann.members.remove({ roomId, userId: ann.userId });
      expect(await rolesIn(bob, roomId)).toMatchObject({ Bob: 'OWNER' });
      await bob.members.remove({ roomId, userId: 800_020 });
      await bob.members.remove({ roomId, userId: bob.userId });
      const { prisma } = app.database;
      expect((await prisma.room.findUniqueOrThrow({ where: { id: roomId } })).archivedAt).not.toBeNull();
      const log = await prisma.roomEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
      const told = ['added', 'removed', 'role', 'removed', 'removed'].map((change) => `member:${change}`);
      expect(log.map(({ event }) => event)).toEqual([...told, 'room:archived']);
    });

    test('while the heir leaves too: there is always an owner, or an archive', async () => {
      const { ann, bob, roomId } = await team();
      await Promise.all([ann, bob].map((user) => user.members.remove({ roomId, userId: user.userId })));
      const room = await app.database.prisma.room.findUniqueOrThrow({
        where: { id: roomId },
        include: { members: true },
      });
      expect(room).toMatchObject({ members: [], archivedAt: expect.any(Date) });
    });
  });
});
