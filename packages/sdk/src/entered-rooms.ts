import type { Input } from '@dream-studio/contracts';
import { backoffMs } from './backoff.js';
import type { Call } from './call.js';
import { type ChatError, toChatError } from './errors.js';

/** The rooms this client shows, kept so that a new connection shows them again. */
export interface EnteredRooms {
  /** Follows a successful `room.enter`. */
  entered(input: Input<'room.enter'>): void;
  /** Follows a successful `room.exit`. */
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
}

const isFinal = ({ code }: ChatError) => code === 'NOT_A_MEMBER' || code === 'NOT_FOUND' || code === 'CONFLICT';

export const createEnteredRooms = ({ call, isLive, onLost }: EnteredRoomsOptions): EnteredRooms => {
  const rooms = new Set<number>();

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
      } else if (rooms.delete(roomId)) onLost(roomId, error);
    }
  };

  return {
    entered: ({ roomId, keepPrevious = false }) => {
      if (!keepPrevious) rooms.clear();
      rooms.add(roomId);
    },
    exited: ({ roomId }) => {
      rooms.delete(roomId);
    },
    enter: (roomId) => {
      rooms.add(roomId);
      void enter(roomId);
    },
    exit: (roomId) => {
      if (rooms.delete(roomId) && isLive()) call('room.exit', { roomId }).catch(() => {});
    },
    restore: async () => {
      await Promise.all([...rooms].map((roomId) => enter(roomId)));
    },
  };
};
