'use client';

import type { Room, TimelineMessage } from '@dream-studio/sdk';
import { useRoom } from '@dream-studio/sdk/react';
import { useEffect } from 'react';
import { usePageVisible } from '@/lib/use-page-visible';

/** The newest message that the server has: 0 when there is none. */
export const newestSeq = (messages: readonly TimelineMessage[]): number =>
  messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;

/** Whether all that the list of rooms knows of is loaded: a room visited before opens with what it had then. */
export const isCaughtUp = (room: Pick<Room, 'lastMessage'>, messages: readonly TimelineMessage[]): boolean =>
  newestSeq(messages) >= (room.lastMessage?.seq ?? 0);

/** Tells the server that everything up to `seq` was seen, once the page is in sight with the end of the list in it. */
export function useMarkRead(roomId: number, seq: number, isAtEnd: () => boolean): void {
  const room = useRoom(roomId);
  const visible = usePageVisible();
  // After each render, for each may have moved the end in or out of sight. What is marked already costs nothing.
  useEffect(() => {
    if (visible && seq > 0 && isAtEnd()) room.markRead(seq);
  });
}
