'use client';

import type { Room } from '@dream-studio/sdk';
import { ArrowDown, CircleAlert, Moon } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Loading } from '@/ui/spinner';
import { MessageRows } from './message-rows';
import { buildTimeline, type MessageRowModel, type TimelineRow } from './timeline';
import { useChatScroll } from './use-chat-scroll';
import { useMarkRead, useRoomMessages } from './use-room-messages';

interface MessageListProps {
  room: Room;
  /** A message was edited or deleted, or not after all: what had the focus is gone. */
  onChanged: () => void;
}

/** The conversation: older pages at its start, the newest message at its end. */
export function MessageList({ room, onChanged }: MessageListProps) {
  const { me, messages } = useWorkspace();
  const { status, error, items, pending, olderCursor, loadingOlder } = useRoomMessages(room.id);
  const rows = useMemo(() => buildTimeline(items, pending, me), [items, pending, me]);
  const loadOlder = useCallback(() => void messages.loadOlder(room.id), [messages, room.id]);
  const scroll = useChatScroll({
    firstKey: firstMessage(rows)?.key,
    lastOwnKey: pending.at(-1)?.clientId,
    onReachStart: loadOlder,
  });
  useMarkRead(room.id, items.at(-1)?.seq ?? 0, scroll.atEnd);
  const failed = status === 'failed' && rows.length === 0;

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroll.viewport}
        onScroll={scroll.onScroll}
        className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <div
          ref={scroll.content}
          className="mx-auto flex w-full max-w-3xl grow flex-col justify-end px-4 pt-4 pb-1 sm:px-6"
        >
          {status === 'loading' && rows.length === 0 && <Loading label="Loading messages…" />}
          {failed && <LoadFailed error={error} onRetry={() => void messages.load(room.id)} />}
          {status === 'ready' && rows.length === 0 && <NoMessages room={room} />}
          {olderCursor !== null && <OlderButton busy={loadingOlder} onClick={loadOlder} />}
          <MessageRows room={room} rows={rows} onChanged={onChanged} />
        </div>
      </div>
      {!scroll.atEnd && <ToEndButton unread={room.unread} onClick={scroll.toEnd} />}
    </div>
  );
}

const firstMessage = (rows: TimelineRow[]) => rows.find((row): row is MessageRowModel => row.kind === 'message');

function NoMessages({ room }: { room: Room }) {
  return (
    <Notice icon={Moon} title={room.type === 'DIRECT' ? `Say hello to ${room.name}` : 'A blank page'}>
      {room.type === 'DIRECT' ? 'This is the beginning of your conversation.' : 'Be the first to write in this room.'}
    </Notice>
  );
}

function LoadFailed({ error, onRetry }: { error: string | null; onRetry: () => void }) {
  const retry = (
    <Button variant="soft" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <Notice icon={CircleAlert} title="Messages could not be loaded" role="alert" actions={retry}>
      {error}
    </Notice>
  );
}

function OlderButton({ busy, onClick }: { busy: boolean; onClick: () => void }) {
  return (
    <Button variant="ghost" size="sm" busy={busy} onClick={onClick} className="mx-auto mb-2" data-testid="load-older">
      {busy ? 'Loading…' : 'Show older messages'}
    </Button>
  );
}

function ToEndButton({ unread, onClick }: { unread: number; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      data-testid="to-end"
      className="absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 animate-rise items-center gap-2 rounded-full border border-line bg-raised px-4 text-[13px] font-medium text-ink shadow-pop hover:bg-hover"
    >
      <ArrowDown aria-hidden="true" className="size-4" />
      {unread > 0 ? `${unread} new` : 'Latest messages'}
    </button>
  );
}
