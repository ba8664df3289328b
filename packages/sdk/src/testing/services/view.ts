import { BOUNDS } from '@dream-studio/contracts';
import { type Clock, isoNow } from '../clock.js';
import type { Context, Handlers } from '../context.js';
import type { Presence } from '../presence.js';
import { type State, toRoom } from '../state.js';
import { activeCall } from './call.js';
import type { Typing } from './typing.js';

interface ViewDeps {
  state: State;
  clock: Clock;
  presence: Presence;
  typing: Typing;
}

/** Entering and leaving a room's view on a socket. Membership is another matter. */
export function createViewHandlers(deps: ViewDeps): Pick<Handlers, 'room.enter' | 'room.exit'> {
  const { state, clock, presence, typing } = deps;
  const view = (userId: number, roomId: number) => ({ userId, roomId, timestamp: isoNow(clock) });

  const leave = (ctx: Pick<Context<'room.exit'>, 'connection' | 'emit'>, roomId: number) => {
    const { connection } = ctx;
    typing.stop(connection.id, roomId);
    connection.exit(roomId);
    const isLast = presence.exit(roomId, connection);
    if (isLast && !presence.isCrowded(roomId)) {
      ctx.emit('member:left', { room: roomId }, view(connection.userId, roomId));
    }
  };

  return {
    'room.enter': (ctx, { roomId, keepPrevious }) => {
      const { connection } = ctx;
      const { room, member } = ctx.access;
      const { userId } = ctx.identity;
      if (!keepPrevious) for (const other of [...connection.rooms]) if (other !== roomId) leave(ctx, other);
      connection.enter(roomId);
      const isFirst = presence.enter(roomId, connection);
      if (isFirst && !presence.isCrowded(roomId)) ctx.emit('member:joined', { room: roomId }, view(userId, roomId));
      const snapshot = toRoom(state, room, member);
      return {
        room: snapshot,
        seq: snapshot.seq,
        epoch: snapshot.epoch,
        ...onlineFields(presence, roomId),
        typingUserIds: typing.in(roomId).filter((id) => id !== userId),
        activeCall: activeCall(state, roomId) ?? null,
      };
    },

    'room.exit': (ctx, { roomId }) => {
      leave(ctx, roomId);
      return {};
    },
  };
}

export function createPresenceHandlers(state: State, presence: Presence): Pick<Handlers, 'presence.list'> {
  return {
    'presence.list': ({ access }, { roomId, userIds }) => {
      const asked = [...new Set(userIds)].filter((id) => access.room.members.has(id)).sort((a, b) => a - b);
      const members = asked.map((userId) => {
        const online = presence.isOnline(userId);
        return { userId, online, lastSeenAt: online ? null : (state.users.get(userId)?.lastSeenAt ?? null) };
      });
      return { ...onlineFields(presence, roomId), members };
    },
  };
}

/** Who is online in a room: the first ids, and the true count. */
function onlineFields(presence: Presence, roomId: number): { onlineUserIds: number[]; onlineCount: number } {
  const online = presence.onlineIn(roomId);
  return { onlineUserIds: online.slice(0, BOUNDS.presenceListMax), onlineCount: online.length };
}
