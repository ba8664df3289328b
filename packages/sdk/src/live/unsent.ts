import type { User } from '@dream-studio/contracts';
import type { ChatState } from '../store/chat-state.js';
import { memoizeLast } from '../store/memoize.js';
import { type Readable, select } from '../store/readable.js';
import { pendingLine } from './snapshot.js';
import type { TimelineMessage } from './types.js';

/** One's own messages that are not sent, of all rooms: the same object while none of them has changed. */
export const createUnsent = (state: Readable<ChatState>, me: () => User): Readable<readonly TimelineMessage[]> => {
  const same = memoizeLast((lines: readonly TimelineMessage[]) => lines);
  return select(state, ({ entries }) =>
    same(Object.values(entries).flatMap(({ pending }) => pending.map((one) => pendingLine(me(), one)))),
  );
};
