import type { Member, Role } from '@dream-studio/contracts';
import type { Transaction } from '../../core/ports.js';
import type { PrismaClient } from '../../infra/prisma/generated/client.js';
import { addPlaceholders } from '../../infra/prisma/placeholders.js';
import { clientOf, toMember } from '../../infra/prisma/rows.js';

export type MemberRepository = ReturnType<typeof createMemberRepository>;

const withUser = { include: { user: true } } as const;

export function createMemberRepository(prisma: PrismaClient) {
  return {
    /** Members with a larger user id than `after`, by user id. */
    async list(roomId: number, after: number, take: number): Promise<Member[]> {
      const rows = await prisma.member.findMany({
        where: { roomId, userId: { gt: after } },
        orderBy: { userId: 'asc' },
        take,
        ...withUser,
      });
      return rows.map(toMember);
    },

    /** Which of the users are members. */
    async among(roomId: number, userIds: number[]): Promise<ReadonlySet<number>> {
      const rows = await prisma.$queryRaw<{ userId: bigint }[]>`
        SELECT user_id AS "userId" FROM members WHERE room_id = ${roomId} AND user_id = ANY(${userIds}::bigint[])`;
      return new Set(rows.map(({ userId }) => Number(userId)));
    },

    /** Those of `userIds` that are members, by user id. */
    async find(tx: Transaction, roomId: number, userIds: number[]): Promise<Member[]> {
      const rows = await clientOf(tx).member.findMany({
        where: { roomId, userId: { in: userIds } },
        orderBy: { userId: 'asc' },
        ...withUser,
      });
      return rows.map(toMember);
    },

    /** Adds members who are none yet. What was said before they came counts as read. */
    async add(tx: Transaction, roomId: number, userIds: number[]): Promise<void> {
      const client = clientOf(tx);
      await addPlaceholders(client, userIds);
      const { seq } = await client.room.findUniqueOrThrow({ where: { id: roomId }, select: { seq: true } });
      await client.member.createMany({ data: userIds.map((userId) => ({ roomId, userId, lastReadSeq: seq })) });
    },

    async setRole(tx: Transaction, roomId: number, userId: number, role: Role): Promise<void> {
      await clientOf(tx).member.update({ where: { roomId_userId: { roomId, userId } }, data: { role } });
    },

    async remove(tx: Transaction, roomId: number, userId: number): Promise<void> {
      await clientOf(tx).member.delete({ where: { roomId_userId: { roomId, userId } } });
    },

    /** The room's owner; null when it has no members. */
    async owner(tx: Transaction, roomId: number): Promise<number | null> {
      const row = await clientOf(tx).member.findFirst({ where: { roomId, role: 'OWNER' }, select: { userId: true } });
      return row ? Number(row.userId) : null;
    },

    /** Who takes over from an owner who left: the longest-standing admin, else member; null in an empty room. */
    async heir(tx: Transaction, roomId: number): Promise<number | null> {
      const [row] = await clientOf(tx).$queryRaw<{ userId: bigint }[]>`
        SELECT user_id AS "userId" FROM members WHERE room_id = ${roomId}
        ORDER BY (role = 'ADMIN') DESC, joined_at, user_id LIMIT 1`;
      return row ? Number(row.userId) : null;
    },
  };
}
