import type { Member, Role, Room } from '@dream-studio/contracts';
import { batched } from '../../core/batched.js';
import type { LockedRoom, Transaction } from '../../core/ports.js';
import { isUniqueViolation } from '../../infra/prisma/errors.js';
import { Prisma, type PrismaClient } from '../../infra/prisma/generated/client.js';
import { addPlaceholders } from '../../infra/prisma/placeholders.js';
import {
  type Client,
  clientOf,
  type MessageRow,
  messageColumns,
  toMember,
  toMessage,
  toUser,
  type UserRow,
  unreadCount,
} from '../../infra/prisma/rows.js';
import { PLANNED_EACH_TIME } from '../../infra/prisma/statement-names.js';

export type RoomRepository = ReturnType<typeof createRoomRepository>;

/** A room in a user's list, and its place there. */
export interface ListedRoom {
  room: Room;
  activityAt: Date;
}

/** A room, and the members it was just created with: none when it was there before. */
export interface OpenedRoom {
  roomId: number;
  added: Member[];
}

/** How far a member has read. */
export interface ReadPointer {
  seq: number;
  moved: boolean;
  unread: number;
}

/** Many enter their rooms at once when a server comes back. */
const VIEWS = { max: 100, atOnce: 1 };

export interface Place {
  userId: number;
  roomId: number;
}

export function createRoomRepository(prisma: PrismaClient) {
  return {
    /** Creates a GROUP room with its first members; they are no entries of its log. */
    create: (ownerId: number, name: string, memberIds: number[], createdBy = ownerId): Promise<OpenedRoom> =>
      prisma.$transaction((client) => createRoom(client, ownerId, { name, type: 'GROUP', createdBy }, memberIds)),

    /** Finds or creates the DIRECT room of two users. */
    async direct(userId: number, otherId: number): Promise<OpenedRoom> {
      const directKey = [userId, otherId].sort((a, b) => a - b).join(':');
      const find = () => prisma.room.findUnique({ where: { directKey }, select: { id: true } });
      const found = await find();
      if (found) return { roomId: Number(found.id), added: [] };
      try {
        const fields = { name: directKey, type: 'DIRECT', directKey, createdBy: userId } as const;
        return await prisma.$transaction((client) => createRoom(client, userId, fields, [otherId]));
      } catch (error) {
        // Both opened it at once: the other one's is there now.
        const raced = isUniqueViolation(error) ? await find() : null;
        if (!raced) throw error;
        return { roomId: Number(raced.id), added: [] };
      }
    },

    /** A room as a member sees it; null for anyone else. Batched. */
    view: batched(VIEWS, async (asks: readonly Place[]) => {
      const rows = await readRooms(prisma, among(asks), asks.length);
      const rooms = new Map(rows.map(({ userId, room }) => [`${userId} ${room.id}`, room]));
      return asks.map(({ userId, roomId }) => rooms.get(`${userId} ${roomId}`) ?? null);
    }),

    /** A room as no member sees it: with the owner's role, nothing unread and, of a direct room, nobody as the other. */
    async outside(roomId: number): Promise<Room | null> {
      const [row] = await readRooms(prisma, Prisma.sql`me.room_id = ${roomId}`, 1, OUTSIDER);
      return row?.room ?? null;
    },

    /** A user's rooms, last activity first, after the given place. Ten rooms want another plan than ten thousand. */
    list(userId: number, after: { activityAt: Date; id: number } | null, take: number): Promise<ListedRoom[]> {
      const place = after
        ? Prisma.sql`${PLANNED_EACH_TIME} AND (r.activity_at, r.id) < (${after.activityAt}::timestamptz, ${after.id}::bigint)`
        : PLANNED_EACH_TIME;
      return readRooms(prisma, Prisma.sql`me.user_id = ${userId} ${place}`, take);
    },

    async rename(tx: Transaction, roomId: number, name: string): Promise<void> {
      await clientOf(tx).$executeRaw`UPDATE rooms SET name = ${name} WHERE id = ${roomId}`;
    },

    async archive(tx: Transaction, room: LockedRoom): Promise<void> {
      await clientOf(tx).$executeRaw`UPDATE rooms SET archived_at = ${room.now}::timestamptz WHERE id = ${room.id}`;
    },

    /**
     * Moves the read pointer forward, not beyond the log. Returns it, whether it moved, and what is unread after it; null
     * for anyone but a member. One statement: a pointer that was moved is never left untold for the count.
     */
    async markRead(userId: number, roomId: number, seq: number): Promise<ReadPointer | null> {
      const [row] = await prisma.$queryRaw<{ seq: bigint; moved: boolean; unread: number }[]>`
        WITH moved AS (
          UPDATE members SET last_read_seq = LEAST(${seq}::bigint, r.seq) FROM rooms r
          WHERE room_id = ${roomId} AND user_id = ${userId} AND r.id = room_id
            AND last_read_seq < LEAST(${seq}::bigint, r.seq)
          RETURNING last_read_seq AS seq
        ), pointer AS (
          SELECT room_id, user_id, COALESCE(moved.seq, last_read_seq) AS last_read_seq, moved.seq IS NOT NULL AS moved
          FROM members LEFT JOIN moved ON true WHERE room_id = ${roomId} AND user_id = ${userId}
        )
        SELECT me.last_read_seq AS seq, me.moved, ${unreadCount} AS unread FROM pointer me`;
      return row ? { ...row, seq: Number(row.seq) } : null;
    },
  };
}

interface NewRoom {
  name: string;
  type: Room['type'];
  createdBy: number;
  directKey?: string;
}

async function createRoom(client: Client, ownerId: number, fields: NewRoom, memberIds: number[]): Promise<OpenedRoom> {
  await addPlaceholders(client, [ownerId, ...memberIds]);
  const { id } = await client.room.create({ data: fields, select: { id: true } });
  const member = (userId: number, role: Role) => ({ roomId: id, userId, role });
  await client.member.createMany({
    data: [member(ownerId, 'OWNER'), ...memberIds.map((userId) => member(userId, 'MEMBER'))],
  });
  const rows = await client.member.findMany({
    where: { roomId: id },
    orderBy: { userId: 'asc' },
    include: { user: true },
  });
  return { roomId: Number(id), added: rows.map(toMember) };
}

interface RoomRow {
  userId: bigint;
  id: bigint;
  name: string;
  type: Room['type'];
  createdBy: bigint;
  createdAt: Date;
  archivedAt: Date | null;
  seq: bigint;
  epoch: number;
  activityAt: Date;
  memberCount: number;
  myRole: Role;
  unread: number;
  readSeq: bigint;
  peer: UserRow | null;
  lastMessage: MessageRow | null;
}

/** In place of the members: in each room one without an id, who has read everything. */
const OUTSIDER = Prisma.sql`(
  SELECT id AS room_id, 0::bigint AS user_id, 'OWNER' AS role, seq AS last_read_seq FROM rooms
)`;

/**
 * Rooms as members see them, last activity first. The page is found first, with nothing but ids: what else there is to say
 * is read for its rooms only.
 */
async function readRooms(
  client: Client,
  where: Prisma.Sql,
  take: number,
  members = Prisma.sql`members`,
): Promise<(ListedRoom & { userId: number })[]> {
  const rows = await client.$queryRaw<RoomRow[]>`
    SELECT me.user_id AS "userId", r.id, COALESCE(peer.name, r.name) AS name, r.type::text AS type, r.created_by AS "createdBy",
      r.created_at AS "createdAt", r.archived_at AS "archivedAt", r.seq, r.epoch, r.activity_at AS "activityAt",
      me.role::text AS "myRole", me.last_read_seq AS "readSeq", to_jsonb(peer) AS peer, to_jsonb(last) AS "lastMessage",
      COALESCE(r.member_count, (SELECT count(*)::int FROM members WHERE room_id = r.id)) AS "memberCount",
      ${unreadCount} AS unread
    FROM (
      SELECT me.room_id, me.user_id FROM ${members} me JOIN rooms r ON r.id = me.room_id
      WHERE ${where}
      ORDER BY r.activity_at DESC, r.id DESC LIMIT ${take}
    ) page JOIN ${members} me USING (room_id, user_id) JOIN rooms r ON r.id = me.room_id
    LEFT JOIN LATERAL (
      SELECT u.id, u.name, u.picture FROM members other JOIN users u ON u.id = other.user_id
      WHERE r.type = 'DIRECT' AND other.room_id = r.id AND other.user_id <> NULLIF(me.user_id, 0) LIMIT 1
    ) peer ON true
    LEFT JOIN LATERAL (
      SELECT ${messageColumns} FROM messages m JOIN users u ON u.id = m.sender_id
      WHERE m.room_id = r.id ORDER BY m.seq DESC LIMIT 1
    ) last ON true
    ORDER BY r.activity_at DESC, r.id DESC`;
  return rows.map((row) => ({
    userId: Number(row.userId),
    room: toRoom(row),
    activityAt: new Date(row.activityAt),
  }));
}

const among = (places: readonly Place[]): Prisma.Sql => Prisma.sql`(me.room_id, me.user_id) IN (
  SELECT * FROM unnest(${places.map(({ roomId }) => roomId)}::bigint[], ${places.map(({ userId }) => userId)}::bigint[]))`;

const toRoom = (row: RoomRow): Room => ({
  id: Number(row.id),
  name: row.name,
  type: row.type,
  createdBy: Number(row.createdBy),
  createdAt: new Date(row.createdAt).toISOString(),
  archivedAt: row.archivedAt && new Date(row.archivedAt).toISOString(),
  seq: Number(row.seq),
  epoch: row.epoch,
  memberCount: row.memberCount,
  myRole: row.myRole,
  lastMessage: row.lastMessage && toMessage(row.lastMessage),
  unread: row.unread,
  readSeq: Number(row.readSeq),
  peer: row.peer && toUser(row.peer),
});
