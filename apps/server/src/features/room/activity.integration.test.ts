import { BOUNDS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, TEST_ROOM_LOG, type TestApp, type TestClient } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';
import { createSyncRepository } from '../sync/sync.repository.js';
import { createActivityRepository } from './activity.repository.js';
import { createRoomRepository } from './room.repository.js';

describe.each(databaseKinds)('the list of rooms on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind });
  });
  afterAll(() => app.close());

  const tabOf = (user: TestClient, options = {}) => app.client(user.name, { userId: user.userId, ...options });

  /** Ann's room with Bob, neither of whom has entered it. */
  async function team() {
    const [ann, bob] = [await app.client('Ann'), await app.client('Bob')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
    return { ann, bob, roomId };
  }

  /** What came until the activity of this `seq` and these numbers, that included. */
  async function until(user: TestClient, seq: number, unread: number) {
    await user.next('room:activity', (activity) => activity.seq === seq && activity.unread === unread);
    return user.inbox.all('room:activity');
  }

  test('counts for each member what others said after the pointer, over sends, deletes and reads on two devices', async () => {
    const { ann, bob, roomId } = await team();
    const phone = await tabOf(bob, { namespace: '/chat' });
    const line = async (user: TestClient) => {
      const [room] = (await user.rooms.list({})).items;
      return [room?.seq, room?.readSeq, room?.unread];
    };
    const lines = async () => [await line(ann), await line(bob), await line(phone)];
    const [first, second] = [
      await ann.messages.create({ roomId, content: '1' }),
      await ann.messages.create({ roomId, content: '2' }),
    ];
    const own = await bob.messages.create({ roomId, content: '3' });
    expect(await lines()).toEqual([
      [3, 0, 1],
      [3, 0, 2],
      [3, 0, 2],
    ]);
    expect(await phone.rooms.markRead({ roomId, seq: 1 })).toEqual({ seq: 1, unread: 1 });
    expect(await lines()).toEqual([
      [3, 0, 1],
      [3, 1, 1],
      [3, 1, 1],
    ]);
    // Read already: changes nothing; not read yet: one less; one's own: only for others.
    await ann.messages.delete({ messageId: first.id });
    expect(await line(bob)).toEqual([4, 1, 1]);
    await ann.messages.delete({ messageId: second.id });
    await bob.messages.delete({ messageId: own.id });
    expect(await lines()).toEqual([
      [6, 0, 0],
      [6, 1, 0],
      [6, 1, 0],
    ]);
    await ann.messages.create({ roomId, content: '7' });
    // The device that is behind does not take the pointer back.
    expect(await bob.rooms.markRead({ roomId, seq: 7 })).toEqual({ seq: 7, unread: 0 });
    expect(await phone.rooms.markRead({ roomId, seq: 5 })).toEqual({ seq: 7, unread: 0 });
    expect(await lines()).toEqual([
      [7, 0, 0],
      [7, 7, 0],
      [7, 7, 0],
    ]);
  });

  test('is told of a message, an edit and a deletion as it would be read', async () => {
    const { ann, bob, roomId } = await team();
    const message = await ann.messages.create({ roomId, content: 'hello' });
    expect(await bob.next('room:activity')).toEqual({ roomId, seq: 1, lastMessage: message, unread: 1, readSeq: 0 });
    // To the sender too, who has not entered the room.
    expect(await ann.next('room:activity')).toEqual({ roomId, seq: 1, lastMessage: message, unread: 0, readSeq: 0 });
    const edited = await ann.messages.edit({ messageId: message.id, content: 'hello!' });
    expect(await bob.next('room:activity')).toMatchObject({ seq: 2, lastMessage: edited, unread: 1 });
    await ann.messages.delete({ messageId: message.id });
    expect(await bob.next('room:activity')).toMatchObject({
      seq: 3,
      lastMessage: { id: message.id, content: '', deletedAt: expect.any(String) },
      unread: 0,
    });
  });

  test('is told of many changes together, in the order of seq, and of the last one', async () => {
    const { ann, bob, roomId } = await team();
    for (let n = 1; n <= 40; n++) await ann.messages.create({ roomId, content: `${n}` });
    const seqs = (await until(bob, 40, 40)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
    // Together, not one for each; how far apart is tested with a clock beside realtime/activity.ts.
    expect(seqs.length).toBeLessThan(40);
  });

  test('is for sockets that have not entered the room: of two tabs the other one is told', async () => {
    const { ann, bob, roomId } = await team();
    const inside = await tabOf(bob);
    const elsewhere = await tabOf(bob, { namespace: '/chat' });
    const { id: otherId } = await bob.rooms.create({ name: 'Other' });
    await elsewhere.rooms.enter({ roomId: otherId });
    await inside.rooms.enter({ roomId });
    await ann.messages.create({ roomId, content: 'hello' });
    for (const tab of [bob, elsewhere]) expect(await tab.next('room:activity')).toMatchObject({ roomId, seq: 1 });
    await inside.next('message:new');
    // A socket that leaves the room is told from then on, and no more of its own room.
    await inside.rooms.exit({ roomId });
    await ann.messages.create({ roomId, content: 'still there?' });
    await until(inside, 2, 2);
    expect(inside.inbox.all('room:activity').map(({ seq }) => seq)).toEqual([2]);
    expect(elsewhere.inbox.all('message:new')).toEqual([]);
  });

  test.each(['socket', 'rest'])('is told on other devices of what was read over %s', async (transport) => {
    const { ann, bob, roomId } = await team();
    const phone = await tabOf(bob);
    await phone.rooms.enter({ roomId });
    await ann.rooms.enter({ roomId });
    for (const content of ['1', '2']) await ann.messages.create({ roomId, content });
    await until(bob, 2, 2);
    if (transport === 'socket') await phone.rooms.markRead({ roomId, seq: 2 });
    else {
      const path = `/shared/chat/rooms/${roomId}/read`;
      expect(await app.http('POST', path, { token: bob.token, body: { seq: 2 } })).toMatchObject({ status: 200 });
    }
    const told = await until(bob, 2, 0);
    expect(told.at(-1)).toMatchObject({ roomId, seq: 2, unread: 0, readSeq: 2 });
    expect(await ann.next('room:read')).toEqual({ roomId, userId: bob.userId, seq: 2 });
    expect([...ann.inbox.all('room:activity'), ...phone.inbox.all('room:activity')]).toEqual([]);
  });

  test('is not told of a room any more to who was removed from it, nor to anyone else', async () => {
    const { ann, bob, roomId } = await team();
    const [cid, eve] = [await app.client('Cid'), await app.client('Eve')];
    await ann.members.add({ roomId, userIds: [cid.userId] });
    // A change that still waits for its second when Bob is removed.
    for (const content of ['1', '2']) await ann.messages.create({ roomId, content });
    await ann.members.remove({ roomId, userId: bob.userId });
    await bob.next('member:removed');
    const told = bob.inbox.all('room:activity').length;
    await ann.messages.create({ roomId, content: 'behind his back' });
    await until(cid, 5, 3);
    // Answers come after events on a connection.
    for (const user of [bob, eve]) await expect(user.rooms.exit({ roomId })).rejects.toMatchObject({});
    expect(bob.inbox.all('room:activity')).toHaveLength(told);
    expect(eve.inbox.all('room:activity')).toEqual([]);
  });

  test('learns of a new name and of the archive: each once, in the room or not', async () => {
    const { ann, bob, roomId } = await team();
    const inside = await tabOf(bob);
    await inside.rooms.enter({ roomId });
    await ann.rooms.enter({ roomId });
    await ann.rooms.update({ roomId, name: 'New' });
    const { archivedAt } = await ann.rooms.archive({ roomId });
    for (const tab of [ann, bob, inside]) {
      await tab.next('room:archived');
      expect(tab.inbox.all('room:updated')).toEqual([{ roomId, seq: 1, name: 'New', by: ann.userId }]);
      expect(tab.inbox.all('room:archived')).toEqual([{ roomId, seq: 2, by: ann.userId, archivedAt }]);
    }
  });

  test('is read for many members at once as for each alone', async () => {
    const { prisma } = app.database;
    const ids = Array.from({ length: 12 }, (_, n) => 730_000 + n);
    const [owner = 0, ...others] = ids;
    const [outsider] = [await app.client('Eve', { offline: true })];
    await prisma.user.createMany({ data: ids.map((id) => ({ id, name: `User ${id}` })) });
    const rooms = createRoomRepository(prisma);
    const { activity } = createActivityRepository(prisma);
    const { roomId } = await rooms.create(owner, 'Many', others);
    const lineOf = async (userId: number) => {
      const room = await rooms.view({ userId, roomId });
      return (
        room && { roomId, seq: room.seq, lastMessage: room.lastMessage, unread: room.unread, readSeq: room.readSeq }
      );
    };
    const same = async () => {
      const lines = await activity(roomId, [...ids.toReversed(), outsider.userId]);
      expect(lines.map(({ userId }) => userId).toSorted()).toEqual(ids);
      for (const line of lines) expect(line.activity).toEqual(await lineOf(line.userId));
    };
    await same();
    const count = 60;
    await prisma.message.createMany({
      data: Array.from({ length: count }, (_, n) => ({
        roomId,
        // Some numbers of the log are of other entries.
        seq: n * 2 + 1,
        senderId: ids[(n * 7) % 5] ?? owner,
        content: `${n}`,
        deletedAt: n % 4 === 0 ? new Date() : null,
      })),
    });
    await prisma.room.update({ where: { id: roomId }, data: { seq: count * 2 } });
    await same();
    for (const [n, userId] of ids.entries()) await rooms.markRead(userId, roomId, (n * 23) % (count * 2 + 5));
    await same();
    for (const userId of ids.slice(0, 4)) {
      const [line] = await activity(roomId, [userId]);
      expect(line?.activity).toEqual(await lineOf(userId));
    }
    expect(await activity(roomId, [outsider.userId])).toEqual([]);
    expect(await activity(roomId, [])).toEqual([]);
    expect(await activity(999_999_999, ids)).toEqual([]);
  });

  test('what is unread is counted as far as is said, the same wherever it is told', async () => {
    const { prisma } = app.database;
    const ids = Array.from({ length: 4 }, (_, n) => 740_000 + n);
    const [owner = 0, busy = 0, ...others] = ids;
    await prisma.user.createMany({ data: ids.map((id) => ({ id, name: `User ${id}` })) });
    const rooms = createRoomRepository(prisma);
    const { activity } = createActivityRepository(prisma);
    const { read } = createSyncRepository(app.database, TEST_ROOM_LOG);
    const { roomId } = await rooms.create(owner, 'Endless', [busy, ...others]);
    const top = 3 * BOUNDS.unreadMax;
    // Of the newest two thirds one has written half, and a third are deleted.
    await prisma.$executeRaw`
      INSERT INTO messages (room_id, seq, sender_id, content, deleted_at)
      SELECT ${roomId}, n, CASE WHEN n > ${top / 3}::int AND n % 2 = 0 THEN ${busy}::bigint ELSE ${owner}::bigint END, '',
        CASE WHEN n > ${top / 3}::int AND n % 3 = 0 THEN now() END
      FROM generate_series(1, ${top}::int) n`;
    await prisma.room.update({ where: { id: roomId }, data: { seq: top } });

    const told = async (userId: number) => {
      const [line] = await activity(roomId, [userId]);
      const [{ room: listed } = { room: null }] = await rooms.list(userId, null, 1);
      const [part] = await read(userId, [{ roomId, since: top }], 1);
      const room = await rooms.view({ userId, roomId });
      const counts = [line?.activity, listed, part, room, await rooms.markRead(userId, roomId, 0)];
      return new Set(counts.map((count) => count?.unread));
    };
    const [idle = 0, reader = 0] = others;
    expect(await told(idle)).toEqual(new Set([BOUNDS.unreadMax]));
    // Of those that are looked at.
    expect(await told(busy)).toEqual(new Set([Math.ceil((2 * BOUNDS.unreadMax) / 3)]));
    for (const left of [BOUNDS.unreadMax + 1, BOUNDS.unreadMax - 1, 7, 0]) {
      await rooms.markRead(reader, roomId, top - left);
      const unread = Array.from({ length: left }, (_, i) => top - i).filter((seq) => seq % 3 !== 0).length;
      expect(await told(reader)).toEqual(new Set([unread]));
    }
    const lines = await activity(roomId, ids);
    expect(lines.find(({ userId }) => userId === idle)?.activity.unread).toBe(BOUNDS.unreadMax);
  });
});
