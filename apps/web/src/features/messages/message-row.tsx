'use client';

import type { Message, Room } from '@dream-studio/sdk';
import { memo } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { formatFull, formatTime } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { cx } from '@/ui/cx';
import { MessageActions } from './message-actions';
import { MessageBubble } from './message-bubble';
import { MessageEditor } from './message-editor';
import { PendingStatus } from './pending-status';
import type { MessageRowModel } from './timeline';

interface MessageRowProps {
  row: MessageRowModel;
  room: Room;
  editing: boolean;
  onEdit: (messageId: number) => void;
  onEditEnd: () => void;
  onDelete: (message: Message) => void;
}

/** One message: one's own to the right, the others' to the left beside their avatar. */
export const MessageRow = memo(function MessageRow({ row, room, editing, ...on }: MessageRowProps) {
  const { me } = useWorkspace();
  const { message, pending } = row;
  if (message?.type === 'SYSTEM') return <SystemRow message={message} />;

  const mine = row.senderId === me.id;
  const editable = mine && !!message && !message.deletedAt && !message.fileUrl && !room.archivedAt;
  const deletable = !!message && !message.deletedAt && !room.archivedAt && (mine || room.myRole !== 'MEMBER');
  return (
    <article
      aria-label={`${row.sender.name}, ${formatTime(row.createdAt)}`}
      data-testid="message"
      data-message-id={message?.id}
      data-client-id={message?.clientId ?? pending?.clientId}
      data-status={pending?.status ?? 'sent'}
      className={cx('group/row flex gap-2.5', mine && 'flex-row-reverse', row.startsRun ? 'mt-3 first:mt-0' : 'mt-0.5')}
    >
      {!mine && <RunAvatar row={row} />}
      <div className={cx('flex min-w-0 flex-1 flex-col', mine ? 'items-end' : 'items-start')}>
        {row.startsRun && <RunHeader row={row} mine={mine} />}
        {message && editing ? (
          <MessageEditor message={message} onDone={on.onEditEnd} />
        ) : (
          <div className={cx('flex max-w-full items-center gap-1', mine && 'flex-row-reverse')}>
            <MessageBubble row={row} mine={mine} />
            {message && (editable || deletable) && (
              <MessageActions
                onEdit={editable ? () => on.onEdit(message.id) : undefined}
                onDelete={deletable ? () => on.onDelete(message) : undefined}
              />
            )}
          </div>
        )}
        {pending && <PendingStatus roomId={room.id} pending={pending} />}
      </div>
    </article>
  );
});

function RunAvatar({ row }: { row: MessageRowModel }) {
  if (!row.startsRun) return <span className="w-8 shrink-0" />;
  return <Avatar id={row.senderId} name={row.sender.name} size="sm" />;
}

function RunHeader({ row, mine }: { row: MessageRowModel; mine: boolean }) {
  return (
    <p className="mb-1 flex items-baseline gap-2 px-1 text-[13px]">
      {!mine && <span className="truncate font-semibold text-ink">{row.sender.name}</span>}
      <time dateTime={row.createdAt} title={formatFull(row.createdAt)} className="shrink-0 text-xs text-ink-faint">
        {formatTime(row.createdAt)}
      </time>
    </p>
  );
}

function SystemRow({ message }: { message: Message }) {
  return (
    <p data-testid="message" data-message-id={message.id} className="py-2 text-center text-[13px] text-ink-faint">
      {message.content}
    </p>
  );
}
