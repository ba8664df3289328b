import { TIMES } from '@dream-studio/contracts';
import type { Services } from '../../core/context.js';
import type { Publisher } from '../../core/ports.js';

type TypingServices = Pick<Services, 'typing.start' | 'typing.stop'>;

/** Who is typing where: on this node, in memory, gone 6 s after the last sign of it. */
export interface Typing {
  services: TypingServices;
  /** Users typing in a room. */
  in(roomId: number): number[];
  /** Ends what a socket was typing, in one room or in all, and tells the rooms. */
  stop(socketId: string, roomId?: number): void;
  /** Forgets everything, telling nobody. */
  close(): void;
}

interface Entry {
  socketId: string;
  timer: NodeJS.Timeout;
}

export function createTyping(publisher: Publisher): Typing {
  const rooms = new Map<number, Map<number, Entry>>();

  /** What was taken away; undefined when the user was not typing there. */
  const remove = (roomId: number, userId: number): Entry | undefined => {
    const room = rooms.get(roomId);
    const entry = room?.get(userId);
    if (!room || !entry) return undefined;
    clearTimeout(entry.timer);
    room.delete(userId);
    if (room.size === 0) rooms.delete(roomId);
    return entry;
  };

  const end = (roomId: number, userId: number) => {
    const entry = remove(roomId, userId);
    if (!entry) return;
    const audience = { room: roomId, exceptSocketId: entry.socketId };
    publisher.publish([{ event: 'user:stop_typing', audience, payload: { userId, roomId } }]);
  };

  return {
    services: {
      'typing.start': async (ctx, { roomId }) => {
        const { userId } = ctx.identity;
        const { id: socketId } = ctx.connection;
        remove(roomId, userId);
        const timer = setTimeout(() => end(roomId, userId), TIMES.typingMs);
        const room = rooms.get(roomId) ?? new Map<number, Entry>();
        rooms.set(roomId, room.set(userId, { socketId, timer }));
        ctx.emit('user:typing', { room: roomId, exceptSocketId: socketId }, { userId, roomId, timestamp: now() });
        return {};
      },

      'typing.stop': async (ctx, { roomId }) => {
        const { userId } = ctx.identity;
        remove(roomId, userId);
        ctx.emit('user:stop_typing', { room: roomId, exceptSocketId: ctx.connection.id }, { userId, roomId });
        return {};
      },
    },

    in: (roomId) => [...(rooms.get(roomId)?.keys() ?? [])],

    stop(socketId, onlyRoomId) {
      for (const [roomId, room] of rooms) {
        if (onlyRoomId !== undefined && roomId !== onlyRoomId) continue;
        for (const [userId, entry] of room) if (entry.socketId === socketId) end(roomId, userId);
      }
    },

    close() {
      for (const room of rooms.values()) for (const { timer } of room.values()) clearTimeout(timer);
      rooms.clear();
    },
  };
}

const now = () => new Date().toISOString();
