import { type Payload, TIMES } from '@dream-studio/contracts';
import type { Services } from '../../core/context.js';
import type { Emission, Publisher } from '../../core/ports.js';

type TypingServices = Pick<Services, 'typing.start' | 'typing.stop'>;

/** Who is typing where, on any node as far as this one has heard: in memory, gone 6 s after the last sign of it. */
export interface Typing {
  services: TypingServices;
  /** Follows what is published, by this node and others. */
  published(emission: Emission): void;
  /** Users typing in a room. */
  in(roomId: number): number[];
  /** Ends what a socket was typing, in one room or in all, and tells the rooms. */
  stop(socketId: string, roomId?: number): void;
  /** Forgets everything, telling nobody. */
  close(): void;
}

/** Another node's word of the end is waited for a little longer: it may be dead. */
const ELSEWHERE_MS = TIMES.typingMs + 500;

interface Entry {
  socketId: string;
  timer: NodeJS.Timeout;
  /** The socket is another node's. */
  isElsewhere?: true;
}

/** `publisher` tells sockets of all nodes, `local` those of this one. */
export function createTyping(publisher: Publisher, local: Publisher): Typing {
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

  const end = (roomId: number, userId: number, by = publisher) => {
    const entry = remove(roomId, userId);
    if (!entry) return;
    const audience = { room: roomId, exceptSocketId: entry.socketId };
    by.publish([{ event: 'user:stop_typing', audience, payload: { userId, roomId } }]);
  };

  const add = (roomId: number, userId: number, entry: Entry) => {
    remove(roomId, userId);
    const room = rooms.get(roomId) ?? new Map<number, Entry>();
    rooms.set(roomId, room.set(userId, entry));
  };

  return {
    services: {
      'typing.start': async (ctx, { roomId }) => {
        const { userId } = ctx.identity;
        const { id: socketId } = ctx.connection;
        const timer = setTimeout(() => end(roomId, userId), TIMES.typingMs);
        add(roomId, userId, { socketId, timer });
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

    published({ event, audience, payload }) {
      if (event !== 'user:typing' && event !== 'user:stop_typing') return;
      const { roomId, userId } = payload as Payload<typeof event>;
      const { exceptSocketId: socketId = '' } = audience;
      const known = rooms.get(roomId)?.get(userId);
      if (event === 'user:stop_typing') {
        if (known?.socketId === socketId) remove(roomId, userId);
      } else if (known?.socketId !== socketId || known.isElsewhere) {
        const timer = setTimeout(() => end(roomId, userId, local), ELSEWHERE_MS);
        add(roomId, userId, { socketId, timer, isElsewhere: true });
      }
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
