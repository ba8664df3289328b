import type { Role } from '@dream-studio/contracts';
import type { RoomAccess } from '../../core/context.js';
import type { AccessReader } from '../../core/ports.js';
import type { PrismaClient } from '../../infra/prisma/generated/client.js';

/** What the gate decides on, read from the database each time: a removal holds from its commit on. */
export function createAccessRepository(prisma: PrismaClient): AccessReader {
  return {
    async byRoom(userId, roomId) {
      const member = await prisma.member.findUnique({
        where: { roomId_userId: { roomId, userId } },
        select: { role: true },
      });
      return member && { roomId, role: member.role };
    },
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

interface Row {
  roomId: bigint;
  role: Role;
}

const first = ([row]: Row[]): RoomAccess | null => (row ? { roomId: Number(row.roomId), role: row.role } : null);
