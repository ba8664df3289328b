import type { User } from '@dream-studio/contracts';
import type { ChatState, RoomEntry } from '../store/chat-state.js';
import { type Readable, select } from '../store/readable.js';
import { pendingLine } from './snapshot.js';
import type { TimelineMessage } from './types.js';

const NOTHING: readonly TimelineMessage[] = [];

/** One's own messages that are not sent, of all rooms: the same object while none of them has changed. */
export const createUnsent = (state: Readable<ChatState>, me: () => User): Readable<readonly TimelineMessage[]> => {
  let last: { pendings: readonly RoomEntry['pending'][]; lines: readonly TimelineMessage[] } | undefined;
  return select(state, ({ entries }) => {
    const rooms = Object.entries(entries).filter(([, { pending }]) => pending.length > 0);
    if (rooms.length === 0) return NOTHING;
    const pendings = rooms.map(([, { pending }]) => pending);
    if (last?.pendings.length === pendings.length && last.pendings.every((one, index) => one === pendings[index])) {
      return last.lines;
    }
    const lines = rooms.flatMap(([id, { pending }]) => pending.map((one) => pendingLine(Number(id), me(), one)));
    last = { pendings, lines };
    return lines;
  });
};
