import { BOUNDS, type RoomSync } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, TEST_ROOM_LOG, type TestApp } from '../../test/app.js';
import { databaseKinds } from '../../test/database.js';
import { trimAll } from './retention.js';
import { createRetentionRepository } from './retention.repository.js';
import { createSyncRepository } from './sync.repository.js';

const MAX_ENTRIES = 1_000;

describe.each(databaseKinds)('room.sync on %s', (kind) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ database: kind, env: { roomLog: { ...TEST_ROOM_LOG, maxEntries: MAX_ENTRIES } } });
  });
  afterAll(() => app.close());

  const people = async () => [await app.client('Ann'), await app.client('Bob')] as const;

  const sync = async (
    client: Awaited<ReturnType<TestApp['client']>>,
    roomId: number,
    since: number,
    epoch?: number,
  ) => {
    const { rooms } = await client.rooms.sync({ rooms: { [roomId]: { since, ...(epoch && { epoch }) } } });
    return rooms[roomId] as RoomSync;
  };
  const part = async (...args: Parameters<typeof sync>) => {
    const answer = await sync(...args);
    if (!('events' in answer)) throw new Error(`no events: ${JSON.stringify(answer)}`);
    return answer;
  };

  /** A room whose log has these many messages by Ann, written by rows. */
  async function longRoom(count: number, content = 'x') {
    const [ann, bob] = await people();
    const room = await ann.rooms.create({ name: 'Long', memberIds: [bob.userId] });
    await app.database.prisma.message.createMany({
      data: Array.from({ length: count }, (_, i) => ({ roomId: room.id, seq: i + 1, senderId: ann.userId, content })),
    });
    await app.database.prisma.room.update({ where: { id: room.id }, data: { seq: count } });
    return { ann, bob, roomId: room.id, epoch: room.epoch };
  }

  test('rooms whose log is elsewhere than is known are found, with where it is', async () => {
    const [ann] = await people();
    const { otherSeqs } = createSyncRepository(app.database, TEST_ROOM_LOG);
    const [ahead, same, unknown, behind] = await Promise.all(
      ['Ahead', 'Same', 'Unknown', 'Behind'].map(async (name) => (await ann.rooms.create({ name })).id),
    );
    for (const roomId of [ahead, same, unknown, behind]) {
      for (const content of ['one', 'two']) await ann.messages.create({ roomId: roomId ?? 0, content });
    }
    const known = { [ahead ?? 0]: 1, [same ?? 0]: 2, [unknown ?? 0]: null, [behind ?? 0]: 9, 999999999: null };
    const found = await otherSeqs(new Map(Object.entries(known).map(([id, seq]) => [Number(id), seq])));
    expect(found).toEqual(new Map([ahead, unknown, behind].map((roomId) => [roomId, 2])));
  });

  test('answers every entry after the place as it was sent, in order, messages as they are now', async () => {
    const [ann, bob] = await people();
    const { id: roomId, epoch } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
    await bob.rooms.enter({ roomId });
    const first = await ann.messages.create({ roomId, content: 'one' });
    const second = await ann.messages.create({ roomId, content: 'two' });
    await ann.messages.edit({ messageId: first.id, content: 'one!' });
    await ann.messages.delete({ messageId: second.id });
    await ann.rooms.update({ roomId, name: 'Crew' });
    await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
    await ann.messages.create({ roomId, content: 'last' });
    await bob.next('message:new', ({ content }) => content === 'last');

    const { events, ...rest } = await part(bob, roomId, 0, epoch);
    expect(rest).toEqual({ seq: 7, epoch, unread: 2, readSeq: 0 });
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const heard = bob.inbox.received.filter(({ payload }) => ((payload as { seq?: number }).seq ?? 0) > 0);
    const changes = ({ event }: { event: string }) => !['message:new', 'room:activity', 'room:read'].includes(event);
    expect(events.filter(changes)).toEqual(
      heard.filter(changes).map(({ event, payload }) => ({ seq: (payload as { seq: number }).seq, event, payload })),
    );
    const { items } = await bob.messages.list({ roomId, after: 0 });
    const messages = events.filter(({ event }) => event === 'message:new').map(({ payload }) => payload);
    expect(messages).toEqual(items);
    expect(items).toMatchObject([{ content: 'one!', isEdited: true }, { deletedAt: expect.any(String) }, {}]);
    expect((await part(bob, roomId, 5)).events).toEqual(events.slice(5));
    expect((await part(bob, roomId, 7)).events).toEqual([]);
  });

  test('tells the member’s own unread count and read pointer', async () => {
    const { ann, bob, roomId } = await longRoom(5);
    await bob.rooms.markRead({ roomId, seq: 3 });
    expect(await part(bob, roomId, 5)).toMatchObject({ unread: 2, readSeq: 3 });
    expect(await part(ann, roomId, 5)).toMatchObject({ unread: 0, readSeq: 0 });
  });

  test('for anyone but a member, a room and one that does not exist are the same', async () => {
    const { roomId, ann, bob } = await longRoom(1);
    const eve = await app.client('Eve');
    const missing = Number.MAX_SAFE_INTEGER;
    const { rooms } = await eve.rooms.sync({ rooms: { [roomId]: { since: 0 }, [missing]: { since: 0 } } });
    expect(rooms[roomId]).toMatchObject({ error: { code: 'NOT_A_MEMBER' } });
    expect(rooms[missing]).toEqual(rooms[roomId]);
    await ann.members.remove({ roomId, userId: bob.userId });
    expect(await sync(bob, roomId, 0)).toEqual(rooms[roomId]);
  });

  test('many rooms in one answer, each for itself', async () => {
    const [ann] = await people();
    const made = await Promise.all(Array.from({ length: 10 }, (_, i) => ann.rooms.create({ name: `Room ${i}` })));
    await Promise.all(made.map(({ id }, i) => i % 2 === 0 && ann.messages.create({ roomId: id, content: `${i}` })));
    const { rooms } = await ann.rooms.sync({ rooms: Object.fromEntries(made.map(({ id }) => [id, { since: 0 }])) });
    expect(made.map(({ id }) => (rooms[id] as { events: object[] }).events.length)).toEqual([
      1, 0, 1, 0, 1, 0, 1, 0, 1, 0,
    ]);
    expect(await ann.rooms.sync({ rooms: {} })).toEqual({ rooms: {} });
    const tooMany = Array.from({ length: BOUNDS.syncRoomsMax + 1 }, (_, i) => [i + 1, { since: 0 }] as const);
    await expect(ann.rooms.sync({ rooms: Object.fromEntries(tooMany) })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('a long part comes in pieces that join, whatever their size', async () => {
    for (const content of ['x', 'y'.repeat(4_000)]) {
      const { bob, roomId } = await longRoom(620, content);
      const seqs: number[] = [];
      for (let more = true; more; ) {
        const answer = await part(bob, roomId, seqs.at(-1) ?? 0);
        expect(answer.events.length).toBeLessThanOrEqual(BOUNDS.syncEventsMax);
        expect(JSON.stringify(answer).length).toBeLessThan(1024 * 1024);
        seqs.push(...answer.events.map(({ seq }) => seq));
        more = answer.more === true;
      }
      expect(seqs).toEqual(Array.from({ length: 620 }, (_, i) => i + 1));
    }
  });

  test('another log, a place it has not come to, or one too long ago is a reset', async () => {
    const { ann, roomId, epoch } = await longRoom(MAX_ENTRIES + 10);
    const reset = { reset: true, seq: MAX_ENTRIES + 10, epoch };
    expect(await sync(ann, roomId, MAX_ENTRIES, epoch + 1)).toEqual(reset);
    expect(await sync(ann, roomId, MAX_ENTRIES + 11)).toEqual(reset);
    expect(await sync(ann, roomId, 9)).toEqual(reset);
    expect((await part(ann, roomId, 10, epoch)).events).toHaveLength(500);
  });

  test('an entry that is missing, or that this version cannot read, is a reset and no hole', async () => {
    const [ann] = await people();
    const { id: roomId, epoch } = await ann.rooms.create({ name: 'One' });
    for (const name of ['Two', 'Three', 'Four']) await ann.rooms.update({ roomId, name });
    const { prisma } = app.database;
    const at = (seq: number) => ({ roomId_seq: { roomId, seq } });
    await prisma.roomEvent.update({ where: at(1), data: { payload: { old: true } } });
    expect(await sync(ann, roomId, 0)).toEqual({ reset: true, seq: 3, epoch });
    await prisma.roomEvent.delete({ where: at(2) });
    expect(await sync(ann, roomId, 1)).toEqual({ reset: true, seq: 3, epoch });
    expect((await part(ann, roomId, 2)).events).toHaveLength(1);
    await prisma.roomEvent.delete({ where: at(3) });
    expect(await sync(ann, roomId, 2)).toEqual({ reset: true, seq: 3, epoch });
  });

  test('old entries go, of old age or too many; the log says that it does not reach back to them', async () => {
    const [ann] = await people();
    const { id: roomId } = await ann.rooms.create({ name: 'Many' });
    const { id: other } = await ann.rooms.create({ name: 'Other' });
    for (let n = 1; n <= 6; n++) await ann.rooms.update({ roomId, name: `Name ${n}` });
    await ann.messages.create({ roomId, content: 'stays' });
    await ann.rooms.update({ roomId: other, name: 'Young' });
    const { prisma } = app.database;
    const left = async () => (await prisma.roomEvent.findMany({ where: { roomId } })).map(({ seq }) => Number(seq));

    await trimAll(createRetentionRepository(prisma, { ...TEST_ROOM_LOG, maxEntries: 5 }));
    expect(await left()).toEqual([3, 4, 5, 6]);
    expect(await sync(ann, roomId, 1)).toMatchObject({ reset: true });
    expect((await part(ann, roomId, 2)).events).toHaveLength(5);

    await prisma.$executeRaw`UPDATE room_events SET created_at = created_at - interval '40 days'
      WHERE room_id = ${roomId} AND seq <= 5`;
    await trimAll(createRetentionRepository(prisma, TEST_ROOM_LOG));
    expect(await left()).toEqual([6]);
    expect(await sync(ann, roomId, 4)).toMatchObject({ reset: true });
    expect((await part(ann, roomId, 5)).events).toMatchObject([{ seq: 6 }, { seq: 7, payload: { content: 'stays' } }]);
    expect((await part(ann, other, 0)).events).toHaveLength(1);
    expect((await ann.messages.list({ roomId, after: 0 })).items).toHaveLength(1);
  });
});
