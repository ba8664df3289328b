import type { Member } from '@dream-studio/contracts';
import type { Context, Services } from '../../core/context.js';
import { decodeCursor, encodeCursor, toPage } from '../../core/cursor.js';
import { AppError, fail } from '../../core/errors.js';
import { requireActive, requireGroup } from './room.policy.js';
import type { RoomRepository } from './room.repository.js';

type RoomServices = Pick<
  Services,
  'room.create' | 'room.direct' | 'room.list' | 'room.get' | 'room.update' | 'room.archive' | 'room.markRead'
>;

/** What other features may ask of rooms. */
export type RoomService = Pick<RoomRepository, 'archive' | 'view'>;

export function createRoomService(rooms: RoomRepository): RoomServices {
  /** As the caller sees it; a service, which may be no member, from outside. */
  const view = async (
    { identity: { userId, isService } }: Pick<Context<'room.create'>, 'identity'>,
    roomId: number,
  ) => {
    const room = await rooms.view({ userId, roomId });
    return room ?? (isService ? await rooms.outside(roomId) : null) ?? fail('NOT_A_MEMBER');
  };

  return {
    'room.create': async (ctx, { name, memberIds, ...given }) => {
      const { userId, isService } = ctx.identity;
      if (given.ownerId !== undefined && !isService) fail('FORBIDDEN', 'Only service tokens may name the owner');
      const { ownerId = userId } = given;
      const others = [...new Set(memberIds)].filter((id) => id !== ownerId);
      const { roomId, added } = await rooms.create(ownerId, name, others, userId);
      await tellFirst(ctx, roomId, added);
      return view(ctx, roomId);
    },

    'room.direct': async (ctx, { userId: otherId }) => {
      const { userId } = ctx.identity;
      if (otherId === userId) throw selfDirect();
      const { roomId, added } = await rooms.direct(userId, otherId);
      await tellFirst(ctx, roomId, added);
      return view(ctx, roomId);
    },

    'room.list': async (ctx, { cursor, limit }) => {
      const [activity, id] = cursor ? decodeCursor(cursor, 2) : [];
      const after = activity !== undefined && id !== undefined ? { activityAt: timeOf(activity), id } : null;
      const rows = await rooms.list(ctx.identity.userId, after, limit + 1);
      const page = toPage(rows, limit, (last) => encodeCursor(last.activityAt.getTime(), last.room.id));
      return { items: page.items.map(({ room }) => room), nextCursor: page.nextCursor };
    },

    'room.get': (ctx, { roomId }) => view(ctx, roomId),

    'room.update': async (ctx, { roomId, name }) => {
      await ctx.write(roomId, async ({ tx, room, append }) => {
        requireActive(room);
        requireGroup(room);
        await rooms.rename(tx, roomId, name);
        append('room:updated', { name, by: ctx.identity.userId });
      });
      return view(ctx, roomId);
    },

    'room.archive': async (ctx, { roomId }) => {
      await ctx.write(roomId, async ({ tx, room, append }) => {
        if (room.archivedAt) return;
        requireGroup(room);
        await rooms.archive(tx, room);
        append('room:archived', { by: ctx.identity.userId, archivedAt: room.now.toISOString() });
      });
      return view(ctx, roomId);
    },

    'room.markRead': async (ctx, { roomId, seq }) => {
      const { userId } = ctx.identity;
      const pointer = (await rooms.markRead(userId, roomId, seq)) ?? fail('NOT_A_MEMBER');
      if (pointer.moved) ctx.emit('room:read', { room: roomId }, { roomId, userId, seq: pointer.seq });
      return { seq: pointer.seq, unread: pointer.unread };
    },
  };
}

/**
 * Each first member of a room is told on their own channel; they are no entries of its log, so nothing would tell them
 * later: it is done before anything else can fail, and before the room's log goes on.
 */
function tellFirst(
  ctx: Pick<Context<'room.create'>, 'emit' | 'identity' | 'inRoomOrder'>,
  roomId: number,
  members: Member[],
): Promise<void> {
  const by = ctx.identity.userId;
  return ctx.inRoomOrder(roomId, async () => {
    for (const member of members) ctx.emit('member:added', { users: [member.userId] }, { ...member, seq: 0, by });
  });
}

/** A cursor can hold any integer: a time after the year 9999 is none that the database reads. */
const timeOf = (ms: number): Date => new Date(Math.min(ms, Date.UTC(9999, 11, 31)));

function selfDirect(): AppError {
  const issue = { path: ['userId'], message: 'must be someone else' };
  return new AppError('BAD_INPUT', `userId: ${issue.message}`, { issues: [issue] });
}
