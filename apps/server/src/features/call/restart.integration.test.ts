import { TIMES } from '@dream-studio/contracts';
import { expect, test } from 'vitest';
import { PATIENCE_MS } from '../../test/app.js';
import { composeOn } from '../../test/composed-app.js';
import { databaseKinds, openTestDatabase } from '../../test/database.js';

test.each(databaseKinds)(
  'a call that rings while the server restarts is MISSED in time by the next one, on %s',
  async (kind) => {
    await using database = await openTestDatabase(kind);
    const before = await composeOn(database);
    const { chat: ann } = await before.client(1);
    const { id: roomId } = await ann.rooms.create({ name: 'Team' });
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    ann.close();
    await before.close();

    // Half a second is left to ring when the next server starts.
    await database.prisma.$executeRaw`
    UPDATE calls SET created_at = clock_timestamp() - ${TIMES.ringMs - 500}::float8 * interval '1 millisecond'`;
    const after = await composeOn(database);
    const { chat: again } = await after.client(1);
    const read = async () => (await again.calls.get({ callId })).status;
    // The event may have gone out before anyone was back to hear it.
    await expect.poll(read, { timeout: PATIENCE_MS }).toBe('MISSED');
    const log = await database.prisma.roomEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
    const missed = { callId, roomId, seq: 2, endedBy: null, reason: 'MISSED' };
    expect(log).toMatchObject([{ event: 'call:initiated' }, { event: 'call:ended', payload: missed }]);
    again.close();
    await after.close();
  },
);
