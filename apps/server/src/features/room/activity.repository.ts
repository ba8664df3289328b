import { BOUNDS } from '@dream-studio/contracts';
import type { MemberActivity } from '../../core/ports.js';
import type { PrismaClient } from '../../infra/prisma/generated/client.js';
import { type MessageRow, messageColumns, toMessage, UNREAD_WINDOW } from '../../infra/prisma/rows.js';

export type ActivityRepository = ReturnType<typeof createActivityRepository>;

interface ActivityRow {
  seq: bigint;
  lastMessage: MessageRow | null;
  /** Out of JSON: plain numbers. */
  members: { userId: number; unread: number; readSeq: number }[] | null;
}

export function createActivityRepository(prisma: PrismaClient) {
  return {
    /**
     * A room's line in the list for those of `userIds` that are members, in one statement. Messages are counted for all
     * members in one pass from the newest to the oldest, as far as `unreadCount` does: counting for each would read the same
     * ones a thousand times.
     */
    async activity(roomId: number, userIds: number[]): Promise<MemberActivity[]> {
      const [row] = await prisma.$queryRaw<ActivityRow[]>`
        WITH me AS (
          SELECT user_id, last_read_seq FROM members WHERE room_id = ${roomId} AND user_id = ANY(${userIds}::bigint[])
        ), fresh AS MATERIALIZED (
          SELECT seq, sender_id FROM (
            SELECT seq, sender_id, deleted_at FROM messages
            WHERE room_id = ${roomId} AND seq > (SELECT min(last_read_seq) FROM me)
            ORDER BY seq DESC LIMIT ${UNREAD_WINDOW}
          ) newest WHERE deleted_at IS NULL
        ), after AS (
          SELECT user_id, seq AS read_seq, sum(n) OVER (ORDER BY seq DESC, n) AS total FROM (
            SELECT NULL AS user_id, seq, 1 AS n FROM fresh UNION ALL SELECT user_id, last_read_seq, 0 FROM me
          ) line
        ), own AS (
          SELECT user_id, count(*) AS total FROM fresh JOIN me ON sender_id = user_id AND seq > last_read_seq
          GROUP BY user_id
        )
        SELECT r.seq, to_jsonb(last) AS "lastMessage", (
          SELECT jsonb_agg(jsonb_build_object('userId', after.user_id, 'readSeq', after.read_seq,
            'unread', LEAST(after.total - COALESCE(own.total, 0), ${BOUNDS.unreadMax})))
          FROM after LEFT JOIN own USING (user_id) WHERE after.user_id IS NOT NULL
        ) AS members
        FROM rooms r LEFT JOIN LATERAL (
          SELECT ${messageColumns} FROM messages m JOIN users u ON u.id = m.sender_id
          WHERE m.room_id = r.id ORDER BY m.seq DESC LIMIT 1
        ) last ON true
        WHERE r.id = ${roomId}`;
      if (!row) return [];
      const line = { roomId, seq: Number(row.seq), lastMessage: row.lastMessage && toMessage(row.lastMessage) };
      return (row.members ?? []).map(({ userId, ...own }) => ({ userId, activity: { ...line, ...own } }));
    },
  };
}
