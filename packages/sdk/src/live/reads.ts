import type { RoomSync } from '@dream-studio/contracts';
import { unreadAfter } from '@dream-studio/contracts/state';
import { EMPTY_ENTRY } from '../store/chat-state.js';
import { dispatchEvent, type LiveContext } from './context.js';

/** What the server says of the caller's reads. */
export type Counted = Pick<Extract<RoomSync, { readSeq: number }>, 'unread' | 'readSeq'>;

export interface ReadsOptions {
  /** Has the server count, for a room whose log is followed. */
  recount(roomId: number): void;
}

/**
 * Keeps the user's read pointers, and what is unread after them. It is counted here; where what is loaded does not tell,
 * the server is asked as soon as it knows the pointer.
 */
export const createReads = (context: LiveContext, { recount }: ReadsOptions) => {
  const { state, dispatch, me } = context;
  const unsure = new Set<number>();

  /** Moves the pointer, forward only. Returns whether it is certain what is unread. */
  const move = (roomId: number, seq: number): boolean => {
    const { room, messages } = state.get().entries[roomId] ?? EMPTY_ENTRY;
    if (!room || seq <= room.readSeq) return !unsure.has(roomId);
    const { isCertain } = unreadAfter(room, messages, seq, me().id);
    dispatchEvent(context, 'room:read', { roomId, userId: me().id, seq });
    return isCertain;
  };

  const pointer = (roomId: number) => state.get().entries[roomId]?.room?.readSeq ?? 0;

  return {
    /** The user has seen everything up to `seq`; the server is still to be told. */
    seen: (roomId: number, seq: number) => {
      if (move(roomId, seq)) unsure.delete(roomId);
      else unsure.add(roomId);
    },
    /** A snapshot has come. Where the pointer here is ahead of it, what is unread is a guess. */
    loaded: (roomId: number, readSeq: number) => {
      if (readSeq >= pointer(roomId)) unsure.delete(roomId);
      else unsure.add(roomId);
    },
    /** The server has the pointer at `seq`. */
    stored: (roomId: number, seq: number) => {
      if (move(roomId, seq)) unsure.delete(roomId);
      else recount(roomId);
    },
    /** What is unread where the room's log now stands. */
    counted: (roomId: number, { readSeq, unread }: Counted) => {
      if (readSeq >= pointer(roomId)) unsure.delete(roomId);
      dispatch({ type: 'room.read', roomId, seq: readSeq, unread });
    },
    clear: () => unsure.clear(),
  };
};

export type Reads = ReturnType<typeof createReads>;
