import { type Call, TIMES } from '@dream-studio/contracts';
import { batched } from '../../core/batched.js';
import type { Transaction } from '../../core/ports.js';
import type { Database } from '../../infra/prisma/database.js';
import type { Prisma } from '../../infra/prisma/generated/client.js';
import { clientOf, toCall } from '../../infra/prisma/rows.js';

export type CallRepository = ReturnType<typeof createCallRepository>;

const withParticipants = {
  include: { participants: { orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }] } },
} satisfies { include: Prisma.CallInclude };
const active = { status: { in: ['RINGING', 'ONGOING'] } } satisfies Prisma.CallWhereInput;

/** Many enter their rooms at once when a server comes back. */
const VIEWS = { max: 200, atOnce: 1 };

const activeInStatement = {
  name: 'active-calls',
  text: `SELECT id::float8 AS id FROM calls WHERE room_id = ANY($1::bigint[]) AND status IN ('RINGING', 'ONGOING')`,
};

export function createCallRepository({ prisma, query }: Pick<Database, 'prisma' | 'query'>) {
  return {
    async get(callId: number): Promise<Call> {
      return toCall(await prisma.call.findUniqueOrThrow({ where: { id: callId }, ...withParticipants }));
    },

    /** As `get`, within a transaction. */
    async read(tx: Transaction, callId: number): Promise<Call> {
      return toCall(await clientOf(tx).call.findUniqueOrThrow({ where: { id: callId }, ...withParticipants }));
    },

    /** The room's calls with a smaller id than `before`, newest first. */
    async list(roomId: number, before: number | null, take: number): Promise<Call[]> {
      const rows = await prisma.call.findMany({
        where: { roomId, ...(before !== null && { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take,
        ...withParticipants,
      });
      return rows.map(toCall);
    },

    /** The room's ringing or ongoing call. Batched. */
    activeIn: batched(VIEWS, async (roomIds: readonly number[]) => {
      const ids = await query<{ id: number }>(activeInStatement, [[...new Set(roomIds)]]);
      if (ids.length === 0) return roomIds.map(() => null);
      const rows = await prisma.call.findMany({
        where: { id: { in: ids.map(({ id }) => id) }, ...active },
        ...withParticipants,
      });
      const calls = new Map(rows.map((row) => [Number(row.roomId), toCall(row)]));
      return roomIds.map((roomId) => calls.get(roomId) ?? null);
    }),

    /** As `activeIn`, within a transaction. */
    async runningIn(tx: Transaction, roomId: number): Promise<Call | null> {
      const row = await clientOf(tx).call.findFirst({ where: { roomId, ...active }, ...withParticipants });
      return row && toCall(row);
    },

    /** A ringing call with its initiator as the first participant. */
    async create(tx: Transaction, roomId: number, by: number, callType: Call['callType'], at: Date): Promise<Call> {
      const row = await clientOf(tx).call.create({
        data: {
          roomId,
          callType,
          initiatedBy: by,
          createdAt: at,
          participants: { create: { userId: by, joinedAt: at } },
        },
        ...withParticipants,
      });
      return toCall(row);
    },

    /** Adds a participant, or one who had left again; the first answer makes the call ONGOING. */
    async answer(tx: Transaction, callId: number, userId: number, at: Date): Promise<Call> {
      const client = clientOf(tx);
      await client.callParticipant.upsert({
        where: { callId_userId: { callId, userId } },
        create: { callId, userId, joinedAt: at },
        update: { joinedAt: at, leftAt: null },
      });
      await client.call.updateMany({
        where: { id: callId, status: 'RINGING' },
        data: { status: 'ONGOING', answeredAt: at },
      });
      return this.read(tx, callId);
    },

    /** A participant is in the call no more. */
    async leave(tx: Transaction, callId: number, userId: number, at: Date): Promise<Call> {
      await clientOf(tx).callParticipant.updateMany({ where: { callId, userId, leftAt: null }, data: { leftAt: at } });
      return this.read(tx, callId);
    },

    /** Active calls that a user takes part in. Batched. */
    activeOf: batched(VIEWS, async (userIds: readonly number[]) => {
      const rows = await prisma.callParticipant.findMany({
        where: { userId: { in: [...userIds] }, leftAt: null, call: active },
        select: { userId: true, callId: true, call: { select: { roomId: true } } },
      });
      const calls = new Map<number, { callId: number; roomId: number }[]>(userIds.map((userId) => [userId, []]));
      for (const { userId, callId, call } of rows) {
        calls.get(Number(userId))?.push({ callId: Number(callId), roomId: Number(call.roomId) });
      }
      return userIds.map((userId) => calls.get(userId) ?? []);
    }),

    /** Everyone who takes part in an active call. */
    async activeUserIds(): Promise<number[]> {
      const rows = await prisma.callParticipant.findMany({
        where: { leftAt: null, call: active },
        select: { userId: true },
        distinct: ['userId'],
      });
      return rows.map(({ userId }) => Number(userId));
    },

    /** Ends the call for everyone. */
    async end(tx: Transaction, callId: number, end: { status: 'ENDED' | 'MISSED'; by: number | null; at: Date }) {
      const client = clientOf(tx);
      await client.call.update({
        where: { id: callId },
        data: { status: end.status, endedAt: end.at, endedBy: end.by },
      });
      await client.callParticipant.updateMany({ where: { callId, leftAt: null }, data: { leftAt: end.at } });
      return this.read(tx, callId);
    },

    /**
     * Ringing calls, longest first, with the milliseconds each may ring on by the database's clock: 0 or less when it is
     * over.
     */
    async ringing(take: number): Promise<{ callId: number; roomId: number; remainingMs: number }[]> {
      const rows = await prisma.$queryRaw<{ callId: bigint; roomId: bigint; rungMs: number }[]>`
        SELECT id AS "callId", room_id AS "roomId",
          (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8 AS "rungMs"
        FROM calls WHERE status = 'RINGING' ORDER BY created_at LIMIT ${take}`;
      return rows.map(({ callId, roomId, rungMs }) => ({
        callId: Number(callId),
        roomId: Number(roomId),
        remainingMs: TIMES.ringMs - rungMs,
      }));
    },
  };
}
