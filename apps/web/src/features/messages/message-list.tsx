'use client';

import type { Room } from '@dream-studio/sdk';
import { useMessages } from '@dream-studio/sdk/react';
import { useEffect, useMemo, useState } from 'react';
import { HistoryStart } from './history-start';
import { ToEndButton, ToUnreadButton } from './jump-buttons';
import { ListNotice } from './list-notice';
import { MessageRows, type RowContext } from './message-rows';
import { createTimeline, type TimelineRow } from './timeline';
import { firstUnread, unreadReachesBack } from './unread-mark';
import { isCaughtUp, newestSeq, useMarkRead } from './use-mark-read';
import { useMessageScroll } from './use-message-scroll';
import { useOlder } from './use-older';
import { useUnreadMark } from './use-unread-mark';

interface MessageListProps extends RowContext {
  room: Room;
}

/** The conversation: older pages at its start, the newest message at its end. */
export function MessageList({ room, ...context }: MessageListProps) {
  const { messages, status, error, hasOlder, loadingOlder, reload } = useMessages(room.id);
  const [build] = useState(createTimeline);
  const readSeq = useUnreadMark(room);
  const reachesBack = unreadReachesBack(messages, hasOlder, readSeq);
  const firstUnreadKey = reachesBack ? undefined : firstUnread(messages, readSeq, context.rights.userId)?.key;
  const rows = useMemo(
    () => build(messages, { hasOlder, firstUnreadKey }),
    [build, messages, hasOlder, firstUnreadKey],
  );
  const editing = useMemo(() => indexOfMessage(rows, context.editingId), [rows, context.editingId]);
  const unread = useMemo(() => rows.findIndex(({ kind }) => kind === 'unread'), [rows]);
  const [seeking, setSeeking] = useState(false);
  const older = useOlder(room.id, hasOlder, loadingOlder);
  const last = messages.at(-1);
  const scroll = useMessageScroll({
    rows,
    caughtUp: isCaughtUp(room, messages),
    sendingKey: last && last.id === null ? last.key : undefined,
    pinnedIndex: editing,
    loadOlder: older.failed ? null : older.load,
    loadAll: seeking,
  });
  useMarkRead(room.id, newestSeq(messages), scroll.isAtEnd);

  const { toRow } = scroll;
  const isEditing = editing >= 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when editing begins, not when rows move
  useEffect(() => {
    if (isEditing) toRow(editing, 'auto');
  }, [isEditing, context.editingId, toRow]);

  useEffect(() => {
    if (!seeking || (reachesBack && !older.failed)) return;
    setSeeking(false);
    if (unread >= 0) toRow(unread, 'start');
  }, [seeking, reachesBack, older.failed, unread, toRow]);

  const above = reachesBack || (unread >= 0 && unread < (scroll.virtualizer.range?.startIndex ?? 0));
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroll.viewport}
        onKeyDown={scroll.onKeyDown}
        role="log"
        aria-label={`Messages in ${room.name}`}
        // What is new is said by the announcer: rows that come with scrolling are not news.
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        data-testid="messages"
        className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
      >
        {rows.length === 0 && <ListNotice room={room} status={status} error={error} onRetry={reload} />}
        <MessageRows
          rows={rows}
          virtualizer={scroll.virtualizer}
          start={
            rows.length > 0 && <HistoryStart room={room} hasOlder={hasOlder} loading={loadingOlder} older={older} />
          }
          {...context}
        />
      </div>
      {above && !seeking && rows.length > 0 && <ToUnreadButton onClick={() => setSeeking(true)} />}
      {scroll.atEnd === false && <ToEndButton unread={room.unread} onClick={scroll.toEnd} />}
    </div>
  );
}

const indexOfMessage = (rows: readonly TimelineRow[], id: number | null) =>
  id === null ? -1 : rows.findIndex((row) => row.kind === 'message' && row.message.id === id);
