import { BOUNDS, type Call, type Member, type Message, type User } from '@dream-studio/contracts';
import type { Transaction } from '../../core/ports.js';
import { Prisma } from './generated/client.js';

/**
 * The time from which a statement looks for what has changed: `$2` milliseconds before `$1`, a time of the database's as
 * text; before now when that is empty.
 */
export const lookBackTo = `COALESCE(NULLIF($1::text, '')::timestamptz, statement_timestamp()) - $2::float8 * interval '1 ms'`;

/** What repositories query with: the client, or a transaction of it. */
export type Client = Prisma.TransactionClient;

/** Opens the core's opaque transaction. */
export const clientOf = (tx: Transaction): Client => tx.client as Client;

/** 64-bit columns come as bigint from queries and as number out of JSON; on the wire they are safe integers. */
type Int = bigint | number;
/** Times come as Date from queries and as text out of JSON. */
type Time = Date | string;

const iso = (time: Time): string => new Date(time).toISOString();
const isoOrNull = (time: Time | null): string | null => (time === null ? null : iso(time));

export interface UserRow {
  id: Int;
  name: string;
  picture: string | null;
}

export interface MessageRow {
  id: Int;
  roomId: Int;
  seq: Int;
  senderId: Int;
  content: string;
  type: Message['type'];
  fileUrl: string | null;
  clientId: string | null;
  isEdited: boolean;
  createdAt: Time;
  updatedAt: Time;
  deletedAt: Time | null;
  senderName: string;
  senderPicture: string | null;
}

/** The columns of a {@link MessageRow}, of a message `m` and its sender `u`. */
export const messageColumns = Prisma.sql`
  m.id, m.room_id AS "roomId", m.seq, m.sender_id AS "senderId", m.content, m.type::text AS type,
  m.file_url AS "fileUrl", m.client_id AS "clientId", m.is_edited AS "isEdited", m.created_at AS "createdAt",
  m.updated_at AS "updatedAt", m.deleted_at AS "deletedAt", u.name AS "senderName", u.picture AS "senderPicture"`;

/**
 * What is unread is counted among the newest messages of a room, so many at most: who never reads costs no more than that.
 * Twice what is counted, so that a member's own messages and deleted ones between the others seldom lower the count.
 */
export const UNREAD_WINDOW = 2 * BOUNDS.unreadMax;

/** How many messages of others stand after the read pointer of a member `me`, as far as it is counted. */
export const unreadCount = Prisma.sql`(
  SELECT count(*)::int FROM (
    SELECT FROM (
      SELECT sender_id, deleted_at FROM messages WHERE room_id = me.room_id AND seq > me.last_read_seq
      ORDER BY seq DESC LIMIT ${UNREAD_WINDOW}
    ) newest WHERE sender_id <> me.user_id AND deleted_at IS NULL LIMIT ${BOUNDS.unreadMax}
  ) counted
)`;

export const toUser = ({ id, name, picture }: UserRow): User => ({ id: Number(id), name, picture });

export const toMessage = (row: MessageRow): Message => ({
  id: Number(row.id),
  roomId: Number(row.roomId),
  seq: Number(row.seq),
  senderId: Number(row.senderId),
  content: row.content,
  type: row.type,
  fileUrl: row.fileUrl,
  clientId: row.clientId,
  isEdited: row.isEdited,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  deletedAt: isoOrNull(row.deletedAt),
  sender: { id: Number(row.senderId), name: row.senderName, picture: row.senderPicture },
});

export const toMember = (row: {
  userId: Int;
  roomId: Int;
  role: Member['role'];
  joinedAt: Time;
  user: UserRow;
}): Member => ({
  userId: Number(row.userId),
  roomId: Number(row.roomId),
  role: row.role,
  joinedAt: iso(row.joinedAt),
  user: toUser(row.user),
});

export const toCall = (row: {
  id: Int;
  roomId: Int;
  callType: Call['callType'];
  status: Call['status'];
  initiatedBy: Int;
  createdAt: Time;
  answeredAt: Time | null;
  endedAt: Time | null;
  endedBy: Int | null;
  participants: { userId: Int; joinedAt: Time; leftAt: Time | null }[];
}): Call => ({
  callId: Number(row.id),
  roomId: Number(row.roomId),
  callType: row.callType,
  status: row.status,
  initiatedBy: Number(row.initiatedBy),
  createdAt: iso(row.createdAt),
  answeredAt: isoOrNull(row.answeredAt),
  endedAt: isoOrNull(row.endedAt),
  endedBy: row.endedBy === null ? null : Number(row.endedBy),
  participants: row.participants.map(({ userId, joinedAt, leftAt }) => ({
    userId: Number(userId),
    joinedAt: iso(joinedAt),
    leftAt: isoOrNull(leftAt),
  })),
});
