import type { Message, ParsedInput } from '@dream-studio/contracts';
import type { Transaction } from '../../core/ports.js';
import { isUniqueViolation } from '../../infra/prisma/errors.js';
import { Prisma, type PrismaClient } from '../../infra/prisma/generated/client.js';
import { type Client, clientOf, type MessageRow, messageColumns, toMessage } from '../../infra/prisma/rows.js';

export type MessageRepository = ReturnType<typeof createMessageRepository>;

export function createMessageRepository(prisma: PrismaClient) {
  return {
    /**
     * Creates a message with the room's next `seq` in one statement, or finds the one the sender created before with
     * the same `clientId`. null when the sender is no member or the room is archived: nothing is written then.
     */
    async append(
      senderId: number,
      input: ParsedInput<'message.create'>,
    ): Promise<{ message: Message; isNew: boolean } | null> {
      try {
        return await append(prisma, senderId, input);
      } catch (error) {
        // Another process created the same clientId while this statement waited for the room: now it can be seen.
        if (isUniqueViolation(error)) return append(prisma, senderId, input);
        throw error;
      }
    },

    /** Newest first below `before`, or oldest first above `after`. */
    async list(roomId: number, page: { before?: number; after?: number; take: number }): Promise<Message[]> {
      const range =
        page.after !== undefined
          ? Prisma.sql`AND m.seq > ${page.after} ORDER BY m.seq ASC`
          : page.before !== undefined
            ? Prisma.sql`AND m.seq < ${page.before} ORDER BY m.seq DESC`
            : Prisma.sql`ORDER BY m.seq DESC`;
      const rows = await prisma.$queryRaw<MessageRow[]>`
        SELECT ${messageColumns} FROM messages m JOIN users u ON u.id = m.sender_id
        WHERE m.room_id = ${roomId} ${range} LIMIT ${page.take}`;
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

async function getMessage(client: Client, messageId: number): Promise<Message> {
  const [row] = await client.$queryRaw<MessageRow[]>`
    SELECT ${messageColumns} FROM messages m JOIN users u ON u.id = m.sender_id WHERE m.id = ${messageId}`;
  if (!row) throw new Error(`message ${messageId} vanished: messages are never removed`);
  return toMessage(row);
}

/**
 * The duplicate is looked for before a `seq` is taken, so that a repeat burns no number. Two processes racing with one
 * `clientId` end in a unique violation, which takes the bump back with it.
 */
async function append(prisma: PrismaClient, senderId: number, input: ParsedInput<'message.create'>) {
  const { roomId, content, type, fileUrl = null, clientId = null } = input;
  const [row] = await prisma.$queryRaw<(MessageRow & { isNew: boolean })[]>`
    WITH original AS (
      SELECT * FROM messages WHERE room_id = ${roomId} AND sender_id = ${senderId} AND client_id = ${clientId}
    ), numbered AS (
      UPDATE rooms SET seq = seq + 1, activity_at = clock_timestamp()
      WHERE id = ${roomId} AND archived_at IS NULL AND NOT EXISTS (SELECT FROM original)
        AND EXISTS (SELECT FROM members WHERE room_id = ${roomId} AND user_id = ${senderId})
      RETURNING seq, activity_at
    ), created AS (
      INSERT INTO messages (room_id, seq, sender_id, content, type, file_url, client_id, created_at, updated_at)
      SELECT ${roomId}, seq, ${senderId}, ${content}, ${type}::message_type, ${fileUrl}, ${clientId},
        activity_at, activity_at FROM numbered
      RETURNING *
    )
    SELECT ${messageColumns}, m."isNew" FROM (
      SELECT *, true AS "isNew" FROM created UNION ALL SELECT *, false FROM original
    ) m JOIN users u ON u.id = m.sender_id`;
  return row ? { message: toMessage(row), isNew: row.isNew } : null;
}
