import type { PrismaClient } from '../../infra/prisma/generated/client.js';

export type PresenceRepository = ReturnType<typeof createPresenceRepository>;

export function createPresenceRepository(prisma: PrismaClient) {
  return {
    /** When those of `userIds` that are members of the room were last seen. */
    async lastSeen(roomId: number, userIds: number[]): Promise<{ userId: number; lastSeenAt: string | null }[]> {
      const rows = await prisma.member.findMany({
        where: { roomId, userId: { in: userIds } },
        orderBy: { userId: 'asc' },
        select: { userId: true, user: { select: { lastSeenAt: true } } },
      });
      return rows.map(({ userId, user }) => ({
        userId: Number(userId),
        lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
      }));
    },
  };
}
