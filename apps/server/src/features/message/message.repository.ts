import type { Message, ParsedInput } from '@dream-studio/contracts';
import type { Transaction } from '../../core/ports.js';
import type { Database, Statement } from '../../infra/prisma/database.js';
import { isUniqueViolation } from '../../infra/prisma/errors.js';
import { Prisma } from '../../infra/prisma/generated/client.js';
import { type Client, clientOf, type MessageRow, messageColumns, toMessage } from '../../infra/prisma/rows.js';

/** A message to be written. */
export type MessageDraft = ParsedInput<'message.create'> & { senderId: number };

/** A message that is in the database, and whether this call has put it there. */
export interface AppendedMessage {
  message: Message;
  isNew: boolean;
}

export type MessageRepository = ReturnType<typeof createMessageRepository>;

export function createMessageRepository({ prisma, query }: Pick<Database, 'prisma' | 'query'>) {
  return {
    /**
     * Creates messages, of a room in the order given, each with the room's next `seq`; or finds those that their senders
     * have created before with the same `clientId`. One statement, whatever their number: all or none is written. null
     * for one whose sender is no member or whose room is archived: nothing is written for it.
     */
    async append(drafts: readonly MessageDraft[]): Promise<(AppendedMessage | null)[]> {
      const appended = await appendOnce(query, drafts);
      // Another process changed the members while this statement waited for the room: now they can be seen.
      const unsure = drafts.filter((_, index) => appended[index] === null);
      if (unsure.length === 0) return appended;
      const second = await appendOnce(query, unsure);
      return appended.map((one) => one ?? second.shift() ?? null);
    },

    /**
     * Newest first below `before`, or oldest first above `after`. The page is taken before anything is joined to it: a room
     * that is larger than the database thinks would be joined whole.
     */
    async list(roomId: number, page: { before?: number; after?: number; take: number }): Promise<Message[]> {
      const order = page.after !== undefined ? Prisma.sql`ASC` : Prisma.sql`DESC`;
      const range =
        page.after !== undefined
          ? Prisma.sql`AND seq > ${page.after}`
          : page.before !== undefined
            ? Prisma.sql`AND seq < ${page.before}`
            : Prisma.empty;
      const rows = await prisma.$queryRaw<MessageRow[]>`
        SELECT ${messageColumns} FROM (
          SELECT * FROM messages WHERE room_id = ${roomId} ${range} ORDER BY seq ${order} LIMIT ${page.take}
        ) m JOIN users u ON u.id = m.sender_id ORDER BY m.seq ${order}`;
      return rows.map(toMessage);
    },

    get: (tx: Transaction, messageId: number): Promise<Message> => getMessage(clientOf(tx), messageId),

    /** Sets the text and the edit mark. */
    async edit(tx: Transaction, messageId: number, content: string): Promise<Message> {
      const client = clientOf(tx);
      await client.$executeRaw`
        UPDATE messages SET content = ${content}, is_edited = true, updated_at = clock_timestamp()
        WHERE id = ${messageId}`;
      return getMessage(client, messageId);
    },

    /** Leaves a tombstone: no text, no file. `seq` is that of the log entry which tells it. */
    async bury(tx: Transaction, messageId: number, deletedAt: Date, seq: number): Promise<void> {
      await clientOf(tx).$executeRaw`
        UPDATE messages SET content = '', file_url = NULL, deleted_at = ${deletedAt}, updated_at = ${deletedAt},
          deleted_seq = ${seq} WHERE id = ${messageId}`;
    },

    /** The `seq` at which a message was deleted; null while it is not. */
    async deletedSeq(tx: Transaction, messageId: number): Promise<number | null> {
      const row = await clientOf(tx).message.findUnique({ where: { id: messageId }, select: { deletedSeq: true } });
      return row?.deletedSeq == null ? null : Number(row.deletedSeq);
    },
  };
}

async function appendOnce(
  query: Database['query'],
  drafts: readonly MessageDraft[],
): Promise<(AppendedMessage | null)[]> {
  try {
    return await append(query, drafts);
  } catch (error) {
    // Another process created the same clientId while this statement waited for the room: now it can be seen.
    if (isUniqueViolation(error)) return append(query, drafts);
    throw error;
  }
}

async function getMessage(client: Client, messageId: number): Promise<Message> {
  const [row] = await client.$queryRaw<MessageRow[]>`
    SELECT ${messageColumns} FROM messages m JOIN users u ON u.id = m.sender_id WHERE m.id = ${messageId}`;
  if (!row) throw new Error(`message ${messageId} vanished: messages are never removed`);
  return toMessage(row);
}

/**
 * Duplicates are looked for before a `seq` is taken, so that a repeat burns no number; of two in one statement the first
 * counts. Rooms are locked in the order of their ids, or two of these could wait for each other. Two processes racing with
 * one `clientId` end in a unique violation, which takes the bump back with it. A room whose members have changed since this
 * statement read them, while it waited for the lock, gets no message.
 *
 * Nothing is joined to what was made on the way: the planner takes each step for a single row, and would compare every
 * message with every other one. So ids are drawn here, and what is stored is told without reading it back.
 */
async function append(query: Database['query'], drafts: readonly MessageDraft[]): Promise<(AppendedMessage | null)[]> {
  const column = <T>(pick: (draft: MessageDraft) => T): T[] => drafts.map(pick);
  const rows = await query<{ place: number; isNew: boolean; message: MessageRow }>(appendStatement, [
    column(({ roomId }) => roomId),
    column(({ senderId }) => senderId),
    column(({ content }) => content),
    column(({ type }) => type),
    column(({ fileUrl }) => fileUrl ?? ''),
    column(({ clientId }) => clientId ?? ''),
  ]);
  const appended = new Map(rows.map(({ place, isNew, message }) => [place, { message: toMessage(message), isNew }]));
  return drafts.map((_, index) => appended.get(index + 1) ?? null);
}

const appendStatement: Statement = {
  name: 'append-messages',
  text: `
    WITH draft AS (
      SELECT *, CASE WHEN client_id IS NULL THEN place
        ELSE min(place) OVER (PARTITION BY room_id, sender_id, client_id) END AS first
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
        WITH ORDINALITY AS given(room_id, sender_id, content, type, file_url, client_key, place),
        LATERAL (SELECT NULLIF(client_key, '') AS client_id) own
    ), original AS (
      SELECT d.first, m.* FROM draft d JOIN messages m USING (room_id, sender_id, client_id) WHERE d.place = d.first
    ), fresh AS (
      SELECT d.*, r.members_version FROM draft d JOIN members me ON me.room_id = d.room_id AND me.user_id = d.sender_id
        JOIN rooms r ON r.id = d.room_id
      WHERE d.place = d.first AND NOT EXISTS (SELECT FROM original o WHERE o.first = d.first)
    ), locked AS (
      SELECT fresh.*, r.seq AS last FROM fresh JOIN rooms r ON r.id = room_id AND archived_at IS NULL
        AND r.members_version = fresh.members_version
      ORDER BY r.id FOR UPDATE OF r
    ), numbered AS (
      SELECT *, nextval('messages_id_seq') AS id, last + row_number() OVER (PARTITION BY room_id ORDER BY place) AS seq,
        clock_timestamp()::timestamptz(3) AS at
      FROM locked
    ), bumped AS (
      UPDATE rooms SET seq = part.seq, activity_at = at
      FROM (SELECT room_id, max(seq) AS seq, max(at) AS at FROM numbered GROUP BY room_id) part WHERE id = room_id
    ), created AS (
      INSERT INTO messages (id, room_id, seq, sender_id, content, type, file_url, client_id, created_at, updated_at)
      SELECT id, room_id, seq, sender_id, content, type::message_type, NULLIF(file_url, ''), client_id, at, at FROM numbered
    ), known AS (
      SELECT first, true AS is_new, id, room_id, seq, sender_id, content, type, NULLIF(file_url, '') AS file_url, client_id,
        false AS is_edited, at AS created_at, at AS updated_at, NULL::timestamptz AS deleted_at FROM numbered
      UNION ALL
      SELECT first, false, id, room_id, seq, sender_id, content, type::text, file_url, client_id,
        is_edited, created_at, updated_at, deleted_at FROM original
    )
    SELECT d.place::int AS place, m.is_new AND d.place = d.first AS "isNew", to_json(found) AS message
    FROM draft d JOIN known m ON m.first = d.first JOIN users u ON u.id = m.sender_id,
      LATERAL (SELECT ${messageColumns.sql}) found`,
};
