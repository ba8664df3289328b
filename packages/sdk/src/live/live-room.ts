import type { Limiter } from '../limiter.js';
import { newMessage } from '../outbox/storage.js';
import { type ChatAction, EMPTY_ENTRY } from '../store/chat-state.js';
import { select } from '../store/readable.js';
import type { LiveContext } from './context.js';
import { createHistory } from './history.js';
import type { ReadMarker } from './read-marker.js';
import type { Reads } from './reads.js';
import { createSnapshots } from './snapshot.js';
import type { LiveRoom } from './types.js';
import { createTypingSignal } from './typing.js';

/** A room with the strings that the client pulls. */
export interface ManagedRoom {
  readonly room: LiveRoom;
  /** The server sends its events from now on. `anew`: whatever was loaded before, events are missing since. */
  entered(anew: boolean): void;
  /** Something about the room has been applied. */
  follow(action: ChatAction): void;
  /** The user is a member again. */
  readmitted(): void;
}

interface LiveRoomDeps {
  context: LiveContext;
  reads: Reads;
  readMarker: ReadMarker;
  typingLimiter: Limiter;
}

export const createLiveRoom = (
  { context, reads, readMarker, typingLimiter }: LiveRoomDeps,
  roomId: number,
): ManagedRoom => {
  const { state, operations, queue, entered } = context;
  const history = createHistory(context, roomId);
  const signal = createTypingSignal(context, roomId, typingLimiter);
  const snapshotOf = createSnapshots(context.me);
  const entry = select(state, ({ entries }) => entries[roomId] ?? EMPTY_ENTRY);
  let holders = 0;
  /** Whether everything is loaded that events do not bring. */
  let isWhole = false;

  const load = async () => {
    isWhole = false;
    isWhole = await history.load();
  };

  const close = () => {
    isWhole = false;
    signal.stopped();
    entered.exit(roomId);
  };

  const open = () => {
    holders += 1;
    if (holders === 1) {
      entered.enter(roomId);
      // With a connection its history follows when it is entered: nothing falls in between.
      if (!context.isConnected()) void load();
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      holders -= 1;
      if (holders === 0) close();
    };
  };

  const pendingOf = (clientId: string) => entry.get().pending.find((pending) => pending.clientId === clientId);

  const room: LiveRoom = {
    id: roomId,
    get: () => snapshotOf(entry.get()),
    subscribe: entry.subscribe,
    open,
    reload: load,
    loadOlder: history.older,

    send: (message) => {
      const written = newMessage(roomId, typeof message === 'string' ? { content: message } : message);
      signal.stopped();
      queue.add(written);
      return written.clientId;
    },
    retry: (clientId) => {
      const pending = pendingOf(clientId);
      if (pending && pending.status !== 'sending') queue.retry(clientId);
    },
    discard: (clientId) => queue.discard(roomId, clientId),

    edit: async (messageId, content) => {
      await operations.messages.edit({ roomId, messageId, content });
    },
    delete: async (messageId) => {
      await operations.messages.delete({ roomId, messageId });
    },

    markRead: (seq = entry.get().messages?.at(-1)?.seq ?? 0) => {
      if (seq <= (entry.get().room?.readSeq ?? 0)) return;
      // Seen is seen: nobody waits for the server to agree.
      reads.seen(roomId, seq);
      readMarker.mark(roomId, seq);
    },
    typing: signal.typing,
    stopTyping: signal.stopped,
  };

  return {
    room,
    entered: (anew) => {
      if (holders > 0 && (anew || !isWhole)) void load();
    },
    follow: history.follow,
    readmitted: () => {
      if (holders > 0) entered.enter(roomId);
    },
  };
};
