import { toChatError } from '../errors.js';
import { throttleByKey } from './coalesce.js';
import type { LiveContext } from './context.js';

const MARK_READ_MS = 1_000;

/** Tells the server what has been seen: at once, then at most once a second and room, and nothing twice. */
export const createReadMarker = ({ operations, isConnected }: Pick<LiveContext, 'operations' | 'isConnected'>) => {
  const wanted = new Map<number, number>();
  const marked = new Map<number, number>();

  const send = async (roomId: number) => {
    const seq = wanted.get(roomId) ?? 0;
    if (seq <= (marked.get(roomId) ?? 0)) return;
    marked.set(roomId, seq);
    try {
      await operations.rooms.markRead({ roomId, seq });
    } catch (error) {
      // Without a connection the next one tries again.
      marked.delete(roomId);
      if (isConnected() && toChatError(error).retryable) soon.call(roomId);
    }
  };

  const soon = throttleByKey((roomId: number) => void send(roomId), MARK_READ_MS);

  return {
    mark: (roomId: number, seq: number) => {
      wanted.set(roomId, Math.max(seq, wanted.get(roomId) ?? 0));
      if (seq > (marked.get(roomId) ?? 0)) soon.call(roomId);
    },
    /** There is a connection again: what could not be told is told now. */
    wake: () => {
      if (isConnected()) for (const roomId of wanted.keys()) soon.call(roomId);
    },
    clear: () => {
      soon.cancel();
      wanted.clear();
      marked.clear();
    },
  };
};

export type ReadMarker = ReturnType<typeof createReadMarker>;
