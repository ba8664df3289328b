import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { TEST_ROOM_LOG } from '../../test/app.js';
import { composeOn } from '../../test/composed-app.js';
import { databaseKinds, openTestDatabase, type TestDatabase } from '../../test/database.js';
import { createRoomLog } from '../room/room-log.repository.js';
import { createSyncRepository, removalsStatement } from './sync.repository.js';

const HOUR_MS = 3_600_000;
/** Entries' times have no more than milliseconds. */
const TICK_MS = 5;

describe.each(databaseKinds)('who was removed from rooms, on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await database.prisma.user.create({ data: { id: 1, name: 'Ann' } });
  });
  afterEach(() => void vi.useRealTimers());
  afterAll(() => database?.close());

  const newRoom = async () => Number((await database.prisma.room.create({ data: { name: 'Team', createdBy: 1 } })).id);
  /** As a service does; resolves with the entry's `seq`. */
  const remove = (roomId: number) =>
    createRoomLog(database.prisma, { publish: async () => {} }).write<'member:removed', number>(
      roomId,
      'owner',
      async ({ append }) => append('member:removed', { userId: 2, by: 1 }).seq,
    );
  const removals = async (since: string | null, backMs: number) => {
    const found = await createSyncRepository(database, TEST_ROOM_LOG).removals(since, backMs);
    await pause(TICK_MS);
    return found;
  };

  test('is found since a time of the database, with the last entry of each room', async () => {
    const [one, other, quiet] = [await newRoom(), await newRoom(), await newRoom()];
    await database.prisma.roomEvent.create({ data: { roomId: quiet, seq: 1, event: 'room:updated', payload: {} } });
    await remove(one);
    await pause(TICK_MS);
    const { at, seqs } = await removals(null, 60_000);
    expect(seqs).toEqual(new Map([[one, 1]]));
    await remove(one);
    await remove(other);
    expect((await removals(at, 0)).seqs).toEqual(
      new Map([
        [one, 2],
        [other, 1],
      ]),
    );
    await pause(TICK_MS);
    const later = await removals(null, 0);
    expect(later.seqs).toEqual(new Map());
    expect((await removals(later.at, 60_000)).seqs.get(one)).toBe(2);
  });

  // The embedded database has the clock of its process.
  test.runIf(kind === 'postgres').each([-HOUR_MS, HOUR_MS])(
    'is found by the clock of the database, whatever a node takes for the time (%i)',
    async (ms) => {
      const roomId = await newRoom();
      const { at } = await removals(null, 0);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
      const seq = await remove(roomId);
      vi.useRealTimers();
      await pause(TICK_MS);
      expect((await removals(at, 0)).seqs).toEqual(new Map([[roomId, seq]]));
      expect((await removals(null, 0)).seqs).toEqual(new Map());
    },
  );

  test('is read from an index that holds nothing else', async () => {
    const roomId = await newRoom();
    await database.prisma.$executeRaw`
      INSERT INTO room_events (room_id, seq, event, payload)
      SELECT ${roomId}::bigint, n, 'room:updated', '{}' FROM generate_series(1, 2000) n`;
    const rows = await database.prisma.$queryRawUnsafe(`EXPLAIN ${removalsStatement.text}`, '', 12_000);
    expect(JSON.stringify(rows)).toContain('Index Only Scan using room_events_removed_idx');
  });
});

test('a node that is alone does not look for them', async () => {
  await using database = await openTestDatabase('pglite');
  const asked: string[] = [];
  const server = await composeOn({
    ...database,
    query: (statement, values) => {
      asked.push(statement.name);
      return database.query(statement, values);
    },
  });
  await server.close();
  expect(asked).toContain('standing-changes');
  expect(asked).not.toContain(removalsStatement.name);
});
