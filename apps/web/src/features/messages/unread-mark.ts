import type { Room, TimelineMessage } from '@dream-studio/sdk';

/** The read pointer to mark what is new from, as the room stands; null when everything has been seen. */
export const markFrom = (room: Pick<Room, 'unread' | 'readSeq'>): number | null =>
  room.unread > 0 ? room.readSeq : null;

/** The first message of someone else after the read pointer. */
export function firstUnread(
  messages: readonly TimelineMessage[],
  readSeq: number | null,
  myId: number,
): TimelineMessage | undefined {
  if (readSeq === null) return undefined;
  let first: TimelineMessage | undefined;
  // From the end: what is new is there.
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index] as TimelineMessage;
    if (message.seq !== null && message.seq <= readSeq) break;
    if (message.seq !== null && message.senderId !== myId) first = message;
  }
  return first;
}

/** Whether messages after the read pointer may be in pages that are not loaded. */
export const unreadReachesBack = (
  messages: readonly TimelineMessage[],
  hasOlder: boolean,
  readSeq: number | null,
): boolean => readSeq !== null && hasOlder && (messages[0]?.seq ?? 0) > readSeq + 1;
