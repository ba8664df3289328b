import type { Role } from '@dream-studio/contracts';
import { batched } from '../../core/batched.js';
import type { RoomAccess } from '../../core/context.js';
import type { AccessReader } from '../../core/ports.js';
import type { Database } from '../../infra/prisma/database.js';

interface Place {
  userId: number;
  roomId: number;
}

/** Many enter their rooms at once when a server comes back. */
const READS = { max: 500, atOnce: 1 };

/** What the gate decides on, as the database has it when it is asked. */
export function createAccessRepository({ prisma, query }: Pick<Database, 'prisma' | 'query'>): AccessReader {
  const byRoom = batched(READS, async (places: readonly Place[]) => {
    const rows = await query<{ place: number; role: Role }>(byRoomStatement, [
      places.map(({ roomId }) => roomId),
      places.map(({ userId }) => userId),
    ]);
    const roles = new Map(rows.map(({ place, role }) => [place, role]));
    return places.map(({ roomId }, index) => {
      const role = roles.get(index + 1);
      return role ? { roomId, role } : null;
    });
  });

  return {
    byRoom: (userId, roomId) => byRoom({ userId, roomId }),
    exists: async (roomId) => (await prisma.room.count({ where: { id: roomId } })) > 0,
    byMessage: async (userId, messageId) =>
      first(
        await prisma.$queryRaw<Row[]>`
          SELECT t.room_id AS "roomId", mb.role::text AS role FROM messages t
          JOIN members mb ON mb.room_id = t.room_id AND mb.user_id = ${userId} WHERE t.id = ${messageId}`,
      ),
    byCall: async (userId, callId) =>
      first(
        await prisma.$queryRaw<Row[]>`
          SELECT t.room_id AS "roomId", mb.role::text AS role FROM calls t
          JOIN members mb ON mb.room_id = t.room_id AND mb.user_id = ${userId} WHERE t.id = ${callId}`,
      ),
  };
}

const byRoomStatement = {
  name: 'access-by-room',
  text: `
    SELECT place::int4 AS place, me.role::text AS role
    FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS asked(room_id, user_id, place)
      JOIN members me USING (room_id, user_id)`,
};

interface Row {
  roomId: bigint;
  role: Role;
}

const first = ([row]: Row[]): RoomAccess | null => (row ? { roomId: Number(row.roomId), role: row.role } : null);
