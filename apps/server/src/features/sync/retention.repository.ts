import type { PrismaClient } from '../../infra/prisma/generated/client.js';

export type RetentionRepository = ReturnType<typeof createRetentionRepository>;

/** How much of each room's log is kept. Messages stay for ever: only what is told of other changes goes. */
export interface Retention {
  maxAgeMs: number;
  /** Entries, messages included: the log reaches no further back. */
  maxEntries: number;
}

export function createRetentionRepository(prisma: PrismaClient, { maxAgeMs, maxEntries }: Retention) {
  return {
    /**
     * The next rooms by id, `take` at most, of which some may have entries to remove: their ids, and where to go on; null
     * after the last room.
     */
    async next(afterRoomId: number, take: number): Promise<{ roomIds: number[]; lastRoomId: number | null }> {
      const rows = await prisma.$queryRaw<{ id: bigint; isDue: boolean }[]>`
        SELECT r.id, COALESCE(
          oldest.created_at < clock_timestamp() - ${maxAgeMs}::float8 * interval '1 millisecond'
            OR oldest.seq <= r.seq - ${maxEntries}::bigint, false) AS "isDue"
        FROM (SELECT id, seq FROM rooms WHERE id > ${afterRoomId} ORDER BY id LIMIT ${take}) r
        LEFT JOIN LATERAL (
          SELECT seq, created_at FROM room_events WHERE room_id = r.id ORDER BY seq LIMIT 1
        ) oldest ON true ORDER BY r.id`;
      const last = rows.length < take ? undefined : rows.at(-1);
      return {
        roomIds: rows.filter(({ isDue }) => isDue).map(({ id }) => Number(id)),
        lastRoomId: last ? Number(last.id) : null,
      };
    },

    /**
     * Removes the oldest entries that are too many or too old, `take` or a few more at a time, and says in the same
     * statement that the log does not reach back to them: whoever reads it sees both or neither. Returns how many.
     */
    async trim(roomId: number, take: number): Promise<number> {
      return prisma.$executeRaw`
        WITH old AS (
          SELECT e.seq FROM room_events e JOIN rooms r ON r.id = e.room_id
          WHERE e.room_id = ${roomId} AND (
            e.created_at < clock_timestamp() - ${maxAgeMs}::float8 * interval '1 millisecond'
              OR e.seq <= r.seq - ${maxEntries}::bigint)
          ORDER BY e.seq LIMIT ${take}
        ), floor AS (
          SELECT max(seq) AS seq FROM old
        ), told AS (
          UPDATE rooms SET log_floor = GREATEST(log_floor, floor.seq) FROM floor
          WHERE rooms.id = ${roomId} AND floor.seq IS NOT NULL RETURNING rooms.id
        )
        DELETE FROM room_events WHERE room_id = ${roomId} AND seq <= (SELECT seq FROM floor)`;
    },
  };
}
