import type { User } from '@dream-studio/contracts';
import { batched } from '../../core/batched.js';
import type { Identity } from '../../core/context.js';
import type { Database } from '../../infra/prisma/database.js';
import { addPlaceholders } from '../../infra/prisma/placeholders.js';
import { toUser } from '../../infra/prisma/rows.js';
import { GOOD_STANDING, type Standing } from './standing.js';
import { type StandingRow, standingColumns, toStanding } from './standing.repository.js';

export type UserRepository = ReturnType<typeof createUserRepository>;

/** Many connect at once when a server comes back. Written one batch after the other: the later word on a user stays. */
const MANY = { max: 200, atOnce: 1 };

export function createUserRepository({ prisma, query }: Pick<Database, 'prisma' | 'query'>) {
  return {
    /**
     * Creates or refreshes the row of a token's user, and reads their standing. A token without a name leaves the name as it
     * was; so does one that is refused. Batched, as are `markSeen` and `rooms`.
     */
    refresh: batched(MANY, async (identities: readonly Identity[]) => {
      const nameless = identities.filter(({ name }) => name === null).map(({ userId }) => userId);
      if (nameless.length > 0) await addPlaceholders(prisma, nameless);
      const standings = await refreshUsers(query, identities);
      return identities.map(({ userId }) => standings.get(userId) ?? GOOD_STANDING);
    }),

    /** Creates the user, or changes their name and, where one is given, the picture. */
    async upsert(userId: number, name: string, picture?: string | null): Promise<User> {
      const data = { name, known: true, ...(picture !== undefined && { picture }) };
      return toUser(await prisma.user.upsert({ where: { id: userId }, create: { id: userId, ...data }, update: data }));
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
    markSeen: batched(MANY, async (userIds: readonly number[]) => {
      const rows = await query<{ id: number; seen: string }>(markSeenStatement, [userIds]);
      const seen = new Map(rows.map((row) => [row.id, new Date(row.seen)]));
      return userIds.map((userId) => seen.get(userId) ?? new Date());
    }),

    /** The rooms a user is a member of, and how far their logs are. */
    rooms: batched(MANY, async (userIds: readonly number[]) => {
      const rows = await query<{ userId: number; roomId: number; seq: number }>(roomsStatement, [userIds]);
      const rooms = new Map<number, { roomId: number; seq: number }[]>(userIds.map((userId) => [userId, []]));
      for (const { userId, ...room } of rows) rooms.get(userId)?.push(room);
      return userIds.map((userId) => rooms.get(userId) ?? []);
    }),

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

const markSeenStatement = {
  name: 'mark-seen',
  text: `
    UPDATE users SET last_seen_at = now()
    WHERE id IN (SELECT id FROM users WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE)
    RETURNING id::float8 AS id, to_json(last_seen_at) AS seen`,
};

const roomsStatement = {
  name: 'rooms-of-users',
  text: `
    SELECT me.user_id::float8 AS "userId", r.id::float8 AS "roomId", r.seq::float8 AS seq
    FROM members me JOIN rooms r ON r.id = me.room_id WHERE me.user_id = ANY($1::bigint[])`,
};

/**
 * Rows that are as the tokens say are left alone: when everyone comes back nothing is written. In the order of ids, as in
 * `markSeen`: two statements that meet must not wait for each other. What is told of a standing is what `refusalOf` decides
 * on, and the same decides here whether a token is worth storing.
 */
const refreshStatement = {
  name: 'refresh-users',
  text: `
    WITH given AS (
      SELECT id, name, NULLIF(picture_key, '') AS picture, issued_ms
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[]) AS given(id, name, picture_key, issued_ms)
    ), written AS (
      INSERT INTO users (id, name, picture, known)
      SELECT t.id, t.name, t.picture, true FROM given t LEFT JOIN users u ON u.id = t.id
      WHERE t.name <> '' AND (u.known, u.name, u.picture) IS DISTINCT FROM (true, t.name, t.picture)
        AND (u.banned_at IS NULL OR u.banned_until <= clock_timestamp())
        AND (u.tokens_valid_from IS NULL OR t.issued_ms > extract(epoch FROM u.tokens_valid_from) * 1000)
      ORDER BY t.id
      ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, picture = EXCLUDED.picture, known = true
    )
    SELECT ${standingColumns} FROM users u WHERE id = ANY($1::bigint[]) AND standing_changed_at IS NOT NULL`,
};

/** Tokens come in the order in which they were met: the last one with a name counts. */
async function refreshUsers(query: Database['query'], identities: readonly Identity[]): Promise<Map<number, Standing>> {
  const latest = new Map<number, Identity>();
  for (const identity of identities) {
    if (identity.name !== null || !latest.has(identity.userId)) latest.set(identity.userId, identity);
  }
  const given = [...latest.values()];
  const rows = await query<StandingRow>(refreshStatement, [
    given.map(({ userId }) => userId),
    given.map(({ name }) => name ?? ''),
    given.map(({ picture }) => picture ?? ''),
    given.map(({ issuedAt }) => issuedAt?.getTime() ?? 0),
  ]);
  return new Map(rows.map((row) => [row.id, toStanding(row)]));
}

/** `%`, `_` and `\` are searched for as they are. */
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
