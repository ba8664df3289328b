import type { Input } from '@dream-studio/contracts';
import { backoffMs } from './backoff.js';
import type { Call } from './call.js';
import { isChatError } from './errors.js';

/** The rooms this client shows, kept so that a new connection shows them again. */
export interface EnteredRooms {
  /** Follows a successful `room.enter`. */
  entered(input: Input<'room.enter'>): void;
  /** Follows a successful `room.exit`. */
  exited(input: Input<'room.exit'>): void;
  /**
   * Enters all rooms again. Resolves, and never rejects, when each was tried once; those that may succeed later are
   * tried again, those that are not ours any more are forgotten.
   */
  restore(): Promise<void>;
}

const isLost = (error: unknown): boolean =>
  isChatError(error, 'NOT_A_MEMBER') || isChatError(error, 'NOT_FOUND') || isChatError(error, 'CONFLICT');

export const createEnteredRooms = (call: Call, isLive: () => boolean): EnteredRooms => {
  const rooms = new Set<number>();

  const enterAgain = async (roomId: number, failures = 0): Promise<void> => {
    if (!rooms.has(roomId) || !isLive()) return;
    try {
      await call('room.enter', { roomId, keepPrevious: true });
      // Left, or replaced by another room, while this was under way.
      if (!rooms.has(roomId)) await call('room.exit', { roomId });
    } catch (error) {
      if (isLost(error)) rooms.delete(roomId);
      else {
        const delayMs = (isChatError(error) && error.retryAfterMs) || backoffMs(failures);
        setTimeout(() => void enterAgain(roomId, failures + 1), delayMs);
      }
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
    restore: async () => {
      await Promise.all([...rooms].map((roomId) => enterAgain(roomId)));
    },
  };
};
