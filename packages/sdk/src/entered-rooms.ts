import type { ErrorCode, Input } from '@dream-studio/contracts';
import { backoffMs } from './backoff.js';
import type { Call } from './call.js';
import { type ChatError, toChatError } from './errors.js';

/** The rooms this client shows, kept so that a new connection shows them again. */
export interface EnteredRooms {
  /** Follows a successful `room.enter`; `isLeft` when the room was left before the answer came. */
  entered(input: Input<'room.enter'>, isLeft: boolean): void;
  /** A call to leave the room is being made. */
  exited(input: Input<'room.exit'>): void;
  /** Enters a room besides the others: now if there is a connection, else with the next one. */
  enter(roomId: number): void;
  /** Leaves a room; nobody waits for it. */
  exit(roomId: number): void;
  /**
   * Enters all rooms again. Resolves, and never rejects, when each was tried once; those that may succeed later are
   * tried again, those that are not ours any more are forgotten.
   */
  restore(): Promise<void>;
}

export interface EnteredRoomsOptions {
  call: Call;
  isLive(): boolean;
  /** A room is not to be entered any more: it is not the user's, or the bound on rooms is reached. */
  onLost(roomId: number, error: ChatError): void;
  /** A room is not shown any more. `isReplaced`: the server has been told by entering another one. */
  onLeft(roomId: number, isReplaced: boolean): void;
}

const FINAL: readonly ErrorCode[] = ['NOT_A_MEMBER', 'NOT_FOUND', 'CONFLICT', 'BAD_INPUT'];
const isFinal = ({ code }: ChatError) => FINAL.includes(code);

export const createEnteredRooms = ({ call, isLive, onLost, onLeft }: EnteredRoomsOptions): EnteredRooms => {
  const rooms = new Set<number>();

  const remove = (roomId: number, isReplaced = false): boolean => {
    if (!rooms.delete(roomId)) return false;
    onLeft(roomId, isReplaced);
    return true;
  };

  const enter = async (roomId: number, failures = 0): Promise<void> => {
    if (!rooms.has(roomId) || !isLive()) return;
    try {
      await call('room.enter', { roomId, keepPrevious: true });
      // Left, or replaced by another room, while this was under way.
      if (!rooms.has(roomId)) await call('room.exit', { roomId });
    } catch (cause) {
      const error = toChatError(cause);
      if (!isFinal(error)) {
        setTimeout(() => void enter(roomId, failures + 1), error.retryAfterMs ?? backoffMs(failures));
      } else if (remove(roomId)) onLost(roomId, error);
    }
  };

  return {
    entered: ({ roomId, keepPrevious = false }, isLeft) => {
      if (!keepPrevious) for (const other of [...rooms]) if (other !== roomId) remove(other, true);
      if (!isLeft) rooms.add(roomId);
    },
    exited: ({ roomId }) => void remove(roomId),
    enter: (roomId) => {
      rooms.add(roomId);
      void enter(roomId);
    },
    exit: (roomId) => {
      if (remove(roomId) && isLive()) call('room.exit', { roomId }).catch(() => {});
    },
    restore: async () => {
      await Promise.all([...rooms].map((roomId) => enter(roomId)));
    },
  };
};
