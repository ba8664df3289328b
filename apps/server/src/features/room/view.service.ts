import type { Context, Services } from '../../core/context.js';
import { fail } from '../../core/errors.js';
import type { Presence } from '../../core/ports.js';
import type { CallService } from '../call/call.service.js';
import { onlineFields } from '../presence/presence.service.js';
import type { Typing } from '../typing/typing.service.js';
import type { RoomService } from './room.service.js';

type ViewServices = Pick<Services, 'room.enter' | 'room.exit'>;

interface ViewDeps {
  rooms: Pick<RoomService, 'view'>;
  presence: Presence;
  typing: Typing;
  calls: Pick<CallService, 'activeIn'>;
}

/** Entering and leaving a room's view on a socket. Membership is another matter. */
export function createViewService({ rooms, presence, typing, calls }: ViewDeps): ViewServices {
  const leave = (ctx: Pick<Context<'room.exit'>, 'connection' | 'identity' | 'emit'>, roomId: number) => {
    const { connection } = ctx;
    const { userId } = ctx.identity;
    typing.stop(connection.id, roomId);
    connection.exit(roomId);
    const isLast = presence.exit(roomId, userId, connection.id);
    if (isLast && !presence.isCrowded(roomId)) ctx.emit('member:left', { room: roomId }, view(userId, roomId));
  };

  const read = async (userId: number, roomId: number) => {
    const [room, activeCall] = await Promise.all([rooms.view({ userId, roomId }), calls.activeIn(roomId)]);
    return { room: room ?? fail('NOT_A_MEMBER'), activeCall };
  };

  return {
    'room.enter': async (ctx, { roomId, keepPrevious }) => {
      const { connection } = ctx;
      const { userId } = ctx.identity;
      if (!keepPrevious) for (const other of [...connection.rooms]) if (other !== roomId) leave(ctx, other);
      // First enter, then read: what happens in between is in the snapshot or comes as an event, or both.
      const wasEntered = connection.rooms.has(roomId);
      connection.enter(roomId);
      const isFirst = presence.enter(roomId, userId, connection.id);
      const { room, activeCall } = await read(userId, roomId).catch((error) => {
        // Nobody was told of the entry yet: it is taken back, so that the next try is told as the first.
        if (!wasEntered) leave(ctx, roomId);
        throw error;
      });
      if (isFirst && !presence.isCrowded(roomId)) ctx.emit('member:joined', { room: roomId }, view(userId, roomId));
      return {
        room,
        seq: room.seq,
        epoch: room.epoch,
        // Last: whoever comes or goes from now on is told.
        ...onlineFields(await presence.onlineIn(roomId)),
        typingUserIds: typing.in(roomId).filter((id) => id !== userId),
        activeCall,
      };
    },

    'room.exit': async (ctx, { roomId }) => {
      leave(ctx, roomId);
      return {};
    },
  };
}

const view = (userId: number, roomId: number) => ({ userId, roomId, timestamp: new Date().toISOString() });
