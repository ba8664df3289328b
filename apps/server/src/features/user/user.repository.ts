import type { User } from '@dream-studio/contracts';
import type { Identity } from '../../core/context.js';
import type { PrismaClient } from '../../infra/prisma/generated/client.js';
import { addPlaceholders } from '../../infra/prisma/placeholders.js';
import { toUser } from '../../infra/prisma/rows.js';

export type UserRepository = ReturnType<typeof createUserRepository>;

export function createUserRepository(prisma: PrismaClient) {
  return {
    /** Creates or refreshes the row of a token's user. A token without a name leaves the name as it was. */
    async refresh({ userId, name, picture }: Identity): Promise<void> {
      if (name === null) return addPlaceholders(prisma, [userId]);
      await prisma.user.upsert({
        where: { id: userId },
        create: { id: userId, name, picture, known: true },
        update: { name, picture, known: true },
      });
    },

    async get(userId: number): Promise<User> {
      return toUser(await prisma.user.findUniqueOrThrow({ where: { id: userId } }));
    },

    /** People whose name contains `text`, by name: all, or those who share a room with `viewerId`. */
    async search(viewerId: number, text: string, scope: 'everyone' | 'shared-room', take: number): Promise<User[]> {
      const sharesRoom = { memberships: { some: { room: { members: { some: { userId: viewerId } } } } } };
      const users = await prisma.user.findMany({
        where: {
          id: { not: viewerId },
          name: { contains: escapeLike(text), mode: 'insensitive' },
          ...(scope === 'shared-room' && sharesRoom),
        },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
        take,
      });
      return users.map(toUser);
    },

    /** Sets the last-seen time to now, and returns it. */
    async markSeen(userId: number): Promise<Date> {
      const [row] = await prisma.$queryRaw<{ seen: Date }[]>`
        UPDATE users SET last_seen_at = now() WHERE id = ${userId} RETURNING last_seen_at AS seen`;
      return row ? new Date(row.seen) : new Date();
    },

    /** The rooms a user is a member of, and how far their logs are. */
    async rooms(userId: number): Promise<{ roomId: number; seq: number }[]> {
      const rows = await prisma.room.findMany({
        where: { members: { some: { userId } } },
        select: { id: true, seq: true },
      });
      return rows.map(({ id, seq }) => ({ roomId: Number(id), seq: Number(seq) }));
    },

    /** The user id that a development login's name stands for; the same name, ignoring case, is the same user. */
    async developmentId(name: string): Promise<number> {
      const key = name.normalize('NFKC').toLowerCase();
      const [row] = await prisma.$queryRaw<{ userId: bigint }[]>`
        INSERT INTO dev_logins (name_key) VALUES (${key})
        ON CONFLICT (name_key) DO UPDATE SET name_key = EXCLUDED.name_key RETURNING user_id AS "userId"`;
      if (!row) throw new Error('an upsert returned no row');
      return Number(row.userId);
    },
  };
}

/** `%`, `_` and `\` are searched for as they are. */
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
