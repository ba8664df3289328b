import { TIMES } from '@dream-studio/contracts';
import type { Payload } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
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
    const ended = new Promise<Payload<'call:ended'>>((resolve) => again.on('call:ended', resolve));
    expect(await ended).toEqual({ callId, roomId, seq: 2, endedBy: null, reason: 'MISSED' });
    again.close();
    await after.close();
  },
);
