import type { LogEntry, Message } from '@dream-studio/contracts';
import type { Database } from '../../infra/prisma/database.js';
import { Prisma } from '../../infra/prisma/generated/client.js';
import { lookBackTo, type MessageRow, messageColumns, toMessage, unreadCount } from '../../infra/prisma/rows.js';
import type { Retention } from './retention.repository.js';

export type SyncRepository = ReturnType<typeof createSyncRepository>;

/** A place in a room's log. */
export interface LogPlace {
  roomId: number;
  since: number;
}

/** A room's log after a place. */
export interface LogPart {
  roomId: number;
  seq: number;
  epoch: number;
  /** What follows the place, without a hole; null when the log does not reach back to it, or not as far as it. */
  entries: StoredEntry[] | null;
}

/** An entry as it was stored, perhaps by an earlier version: its payload is to be looked at before it is believed. */
export type StoredEntry =
  | { seq: number; event: 'message:new'; payload: Message }
  | { seq: number; event: Exclude<LogEntry['event'], 'message:new'>; payload: unknown };

interface PartRow {
  roomId: bigint;
  seq: bigint;
  epoch: number;
  since: bigint;
  reaches: boolean;
  /** Out of JSON: plain numbers. */
  entries: { seq: number; event: string; payload: unknown }[] | null;
}

export function createSyncRepository(
  { prisma, query }: Pick<Database, 'prisma' | 'query'>,
  { maxEntries }: Pick<Retention, 'maxEntries'>,
) {
  return {
    /** The rooms' logs after the places, at most `take` entries each, of rooms the user is a member of: one statement. */
    async read(
      userId: number,
      places: LogPlace[],
      take: number,
    ): Promise<(LogPart & { unread: number; readSeq: number })[]> {
      const rows = await prisma.$queryRaw<(PartRow & { unread: number; readSeq: bigint })[]>`
        SELECT ${partColumns(take, maxEntries)}, me.last_read_seq AS "readSeq",
          ${unreadCount} AS unread
        FROM ${unnest(places)}
        JOIN rooms r ON r.id = place.room_id
        JOIN members me ON me.room_id = r.id AND me.user_id = ${userId}`;
      return rows.map((row) => ({ ...toPart(row), unread: row.unread, readSeq: Number(row.readSeq) }));
    },

    /** As `read`, for the server itself: whoever the members are. */
    async readAny(places: LogPlace[], take: number): Promise<LogPart[]> {
      const rows = await prisma.$queryRaw<PartRow[]>`
        SELECT ${partColumns(take, maxEntries)} FROM ${unnest(places)} JOIN rooms r ON r.id = place.room_id`;
      return rows.map(toPart);
    },

    /** Of rooms and the last `seq` that is known of each, null for none, those that have another; and which. */
    async otherSeqs(known: ReadonlyMap<number, number | null>): Promise<Map<number, number>> {
      const seqs = [...known.values()].map((seq) => seq ?? -1);
      const rows = await query<{ id: number; seq: number }>(otherSeqsStatement, [[...known.keys()], seqs]);
      return new Map(rows.map(({ id, seq }) => [id, seq]));
    },

    /**
     * Rooms from which someone has been removed since so many milliseconds before `since`, a time of the database's (now when
     * null), and the last `seq` that says so; and the time of the look, to be given to the next.
     */
    async removals(since: string | null, backMs: number): Promise<{ at: string; seqs: Map<number, number> }> {
      const [row] = await query<{ at: string; rooms: { id: number; seq: number }[] | null }>(removalsStatement, [
        since ?? '',
        backMs,
      ]);
      if (!row) throw new Error('a select returned no row');
      return { at: row.at, seqs: new Map((row.rooms ?? []).map(({ id, seq }) => [id, seq])) };
    },
  };
}

const otherSeqsStatement = {
  name: 'other-seqs',
  text: `
    SELECT r.id::float8 AS id, r.seq::float8 AS seq
    FROM unnest($1::bigint[], $2::bigint[]) AS known(id, seq) JOIN rooms r ON r.id = known.id WHERE r.seq <> known.seq`,
};

/** Along a partial index that has all of it, see the migrations: the event must be named as it is there. */
export const removalsStatement = {
  name: 'room-removals',
  text: `
    SELECT statement_timestamp()::text AS at, (
      SELECT json_agg(removed) FROM (
        SELECT room_id AS id, max(seq) AS seq FROM room_events
        WHERE event = 'member:removed' AND created_at > ${lookBackTo} GROUP BY room_id
      ) removed
    ) AS rooms`,
};

const unnest = (places: LogPlace[]) => Prisma.sql`unnest(
  ${places.map(({ roomId }) => roomId)}::bigint[], ${places.map(({ since }) => since)}::bigint[]
) AS place(room_id, since)`;

/**
 * Of a room `r` and a place in its log. All of it is one snapshot: what is trimmed meanwhile makes no hole. Messages are
 * limited before anything is joined to them: a room that has just grown is larger than the database thinks, and it would
 * join all of them first.
 */
const partColumns = (take: number, maxEntries: number) => Prisma.sql`
  r.id AS "roomId", r.seq, r.epoch, place.since, place.since BETWEEN GREATEST(r.log_floor, r.seq - ${maxEntries}::bigint) AND r.seq AS reaches,
  (SELECT jsonb_agg(to_jsonb(entry) ORDER BY entry.seq) FROM (
    SELECT message.seq, 'message:new' AS event, to_jsonb(message) AS payload FROM (
      SELECT ${messageColumns} FROM (
        SELECT * FROM messages WHERE room_id = r.id AND seq > place.since ORDER BY seq LIMIT ${take}
      ) m JOIN users u ON u.id = m.sender_id
    ) message
    UNION ALL
    SELECT * FROM (
      SELECT e.seq, e.event, e.payload FROM room_events e
      WHERE e.room_id = r.id AND e.seq > place.since ORDER BY e.seq LIMIT ${take}
    ) change
    ORDER BY seq LIMIT ${take}
  ) entry WHERE place.since BETWEEN GREATEST(r.log_floor, r.seq - ${maxEntries}::bigint) AND r.seq - 1) AS entries`;

function toPart({ roomId, seq, epoch, since, reaches, entries }: PartRow): LogPart {
  return {
    roomId: Number(roomId),
    seq: Number(seq),
    epoch,
    entries: reaches && isWhole(Number(since), Number(seq), entries ?? []) ? (entries ?? []).map(toEntry) : null,
  };
}

const toEntry = ({ seq, event, payload }: { seq: number; event: string; payload: unknown }) =>
  ({ seq, event, payload: event === 'message:new' ? toMessage(payload as MessageRow) : payload }) as StoredEntry;

/** Rows that someone has removed by hand would be a hole. */
const isWhole = (since: number, top: number, entries: readonly { seq: number }[]): boolean =>
  (entries.length > 0 || since === top) && entries.every(({ seq }, index) => seq === since + index + 1);
