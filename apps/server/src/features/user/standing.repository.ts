import type { Database } from '../../infra/prisma/database.js';
import { addPlaceholders } from '../../infra/prisma/placeholders.js';
import { lookBackTo } from '../../infra/prisma/rows.js';
import type { Ban, Standing } from './standing.js';

export type StandingRepository = ReturnType<typeof createStandingRepository>;

/** The columns of a user `u` that {@link toStanding} reads. Times that have to be compared are told as what is left. */
export const standingColumns = `
  u.id::float8 AS id, u.ban_reason AS reason, to_json(u.banned_until) AS until,
  u.banned_at IS NOT NULL AND COALESCE(u.banned_until > clock_timestamp(), true) AS banned,
  (extract(epoch FROM u.banned_until - clock_timestamp()) * 1000)::float8 AS "leftMs",
  (extract(epoch FROM u.tokens_valid_from) * 1000)::float8 AS "validFrom"`;

export interface StandingRow {
  id: number;
  banned: boolean;
  reason: string | null;
  until: string | null;
  leftMs: number | null;
  validFrom: number | null;
}

export const toStanding = ({ banned, reason, until, leftMs, validFrom }: StandingRow): Standing => ({
  ban: banned ? toBan(reason, until, leftMs) : null,
  validFrom,
});

const toBan = (reason: string | null, until: string | null, leftMs: number | null): Ban => ({
  reason,
  until: until && new Date(until).toISOString(),
  endsAt: leftMs === null ? Number.POSITIVE_INFINITY : Date.now() + leftMs,
});

/** What was found by one look for changes. */
export interface StandingChanges {
  /** The database's time of the look, to be given to the next. */
  at: string;
  users: { userId: number; standing: Standing }[];
}

/** Who is kept out. A user whom nobody knows yet becomes a placeholder. */
export function createStandingRepository({ prisma, query }: Pick<Database, 'prisma' | 'query'>) {
  const change = async (userId: number, statement: { name: string; text: string }, ...values: unknown[]) => {
    await addPlaceholders(prisma, [userId]);
    const [row] = await query<StandingRow>(statement, [userId, ...values]);
    if (!row) throw new Error('an update returned no row');
    return toStanding(row);
  };

  return {
    /** Keeps the user out until `until`, or for good. In place of any ban before. */
    ban: (userId: number, reason: string | null, until: string | null): Promise<Standing> =>
      change(userId, banStatement, reason, until),

    unban: (userId: number): Promise<Standing> => change(userId, unbanStatement),

    /** From now on no token counts that was issued before. */
    revoke: (userId: number): Promise<Standing> => change(userId, revokeStatement),

    /**
     * Whose standing has changed since so many milliseconds before `since`, a time of the database's (now when null). What
     * is committed later than its time says is found as long as it takes no longer than that.
     */
    async changes(since: string | null, backMs: number): Promise<StandingChanges> {
      const [row] = await query<{ at: string; users: StandingRow[] | null }>(changesStatement, [since ?? '', backMs]);
      if (!row) throw new Error('a select returned no row');
      return { at: row.at, users: (row.users ?? []).map((user) => ({ userId: user.id, standing: toStanding(user) })) };
    },
  };
}

const changing = (name: string, set: string) => ({
  name,
  text: `UPDATE users u SET ${set}, standing_changed_at = clock_timestamp() WHERE id = $1::bigint RETURNING ${standingColumns}`,
});

const banStatement = changing(
  'ban-user',
  'banned_at = clock_timestamp(), ban_reason = $2::text, banned_until = $3::timestamptz',
);
const unbanStatement = changing('unban-user', 'banned_at = NULL, ban_reason = NULL, banned_until = NULL');
const revokeStatement = changing('revoke-tokens', 'tokens_valid_from = clock_timestamp()');

const changesStatement = {
  name: 'standing-changes',
  text: `
    SELECT statement_timestamp()::text AS at, (
      SELECT json_agg(changed) FROM (
        SELECT ${standingColumns} FROM users u
        WHERE standing_changed_at > ${lookBackTo}
      ) changed
    ) AS users`,
};
