import { TIMES } from '@dream-studio/contracts';
import { type Clock, isoNow } from '../clock.js';
import type { Handlers } from '../context.js';
import type { Hub } from '../hub.js';

/** Who is typing where: gone 6 s after the last sign of it. */
export interface Typing {
  handlers: Pick<Handlers, 'typing.start' | 'typing.stop'>;
  /** Users typing in a room. */
  in(roomId: number): number[];
  /** Ends what a socket was typing, in one room or in all, and tells the rooms. */
  stop(socketId: string, roomId?: number): void;
}

interface Entry {
  roomId: number;
  userId: number;
  socketId: string;
  cancel: () => void;
}

export function createTyping(hub: Hub, clock: Clock): Typing {
  const entries = new Map<string, Entry>();
  const keyOf = (roomId: number, userId: number) => `${roomId}:${userId}`;

  const remove = (roomId: number, userId: number): Entry | undefined => {
    const key = keyOf(roomId, userId);
    const entry = entries.get(key);
    entry?.cancel();
    entries.delete(key);
    return entry;
  };

  const end = (roomId: number, userId: number) => {
    const entry = remove(roomId, userId);
    if (!entry) return;
    const audience = { room: roomId, exceptSocketId: entry.socketId };
    hub.publish([{ event: 'user:stop_typing', audience, payload: { userId, roomId } }]);
  };

  return {
    handlers: {
      'typing.start': (ctx, { roomId }) => {
        const { userId } = ctx.identity;
        const { id: socketId } = ctx.connection;
        remove(roomId, userId);
        const cancel = clock.after(TIMES.typingMs, () => end(roomId, userId));
        entries.set(keyOf(roomId, userId), { roomId, userId, socketId, cancel });
        const audience = { room: roomId, exceptSocketId: socketId };
        ctx.emit('user:typing', audience, { userId, roomId, timestamp: isoNow(clock) });
        return {};
      },

      'typing.stop': (ctx, { roomId }) => {
        const { userId } = ctx.identity;
        remove(roomId, userId);
        ctx.emit('user:stop_typing', { room: roomId, exceptSocketId: ctx.connection.id }, { userId, roomId });
        return {};
      },
    },

    in: (roomId) => [...entries.values()].filter((entry) => entry.roomId === roomId).map(({ userId }) => userId),

    stop(socketId, onlyRoomId) {
      for (const entry of [...entries.values()]) {
        if (entry.socketId !== socketId || (onlyRoomId !== undefined && entry.roomId !== onlyRoomId)) continue;
        end(entry.roomId, entry.userId);
      }
    },
  };
}
