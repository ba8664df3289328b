'use client';

import type { TimelineMessage } from '@dream-studio/sdk';
import { memo } from 'react';
import { formatFull, formatTime } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { cx } from '@/ui/cx';
import type { MessageCommands, MessageRights } from './commands';
import { MessageActions } from './message-actions';
import { MessageBubble, Tombstone } from './message-bubble';
import { MessageEditor } from './message-editor';
import { PendingStatus, SendingHint } from './pending-status';
import type { MessageRowModel } from './timeline';

interface MessageRowProps {
  row: MessageRowModel;
  rights: MessageRights;
  commands: MessageCommands;
  editing: boolean;
  /** Deleted as far as the user is concerned, though it can still be taken back. */
  deleted: boolean;
}

/** One message: one's own to the right, the others' to the left beside their avatar. Renders for its own changes only. */
export const MessageRow = memo(function MessageRow({ row, rights, commands, editing, deleted }: MessageRowProps) {
  const { message } = row;
  if (message.type === 'SYSTEM') return <SystemRow message={message} />;
  const mine = message.senderId === rights.userId;
  return (
    <article
      aria-label={`${message.sender.name}, ${formatTime(message.createdAt)}`}
      data-testid="message"
      data-message-id={message.id ?? undefined}
      data-client-id={message.clientId ?? undefined}
      data-status={message.status}
      className={cx('group/row flex gap-2.5', mine && 'flex-row-reverse', row.startsRun ? 'pt-3' : 'pt-0.5')}
    >
      {!mine && <RunAvatar row={row} />}
      <div className={cx('flex min-w-0 flex-1 flex-col', mine ? 'items-end' : 'items-start')}>
        {row.startsRun && <RunHeader message={message} mine={mine} />}
        {editing ? (
          <MessageEditor message={message} onSave={commands.saveEdit} onDone={commands.endEdit} />
        ) : (
          <MessageLine row={row} mine={mine} rights={rights} commands={commands} deleted={deleted} />
        )}
        {message.status !== 'sent' && <PendingStatus message={message} commands={commands} />}
      </div>
    </article>
  );
});

interface MessageLineProps extends Omit<MessageRowProps, 'editing'> {
  mine: boolean;
}

/** The bubble, and beside it what may be done with it. */
function MessageLine({ row, mine, rights, commands, deleted }: MessageLineProps) {
  const { message } = row;
  const { id, content } = message;
  if (deleted || message.deletedAt) return <Tombstone />;
  const editable = id !== null && mine && !message.fileUrl && rights.writable;
  const deletable = id !== null && rights.writable && (mine || rights.moderator);
  return (
    <div className={cx('flex max-w-full items-center gap-1', mine && 'flex-row-reverse')}>
      <MessageBubble row={row} mine={mine} />
      {id === null ? (
        <SendingHint status={message.status} />
      ) : (
        <MessageActions
          onCopy={content ? () => commands.copy(content) : undefined}
          onEdit={editable ? () => commands.beginEdit(id) : undefined}
          onDelete={deletable ? () => commands.remove(id) : undefined}
        />
      )}
    </div>
  );
}

function RunAvatar({ row }: { row: MessageRowModel }) {
  if (!row.startsRun) return <span className="w-8 shrink-0" />;
  return <Avatar id={row.message.senderId} name={row.message.sender.name} size="sm" />;
}

function RunHeader({ message, mine }: { message: TimelineMessage; mine: boolean }) {
  return (
    <p className="mb-1 flex max-w-full items-baseline gap-2 px-1 text-[13px]">
      {!mine && <span className="truncate font-semibold text-ink">{message.sender.name}</span>}
      <time
        dateTime={message.createdAt}
        title={formatFull(message.createdAt)}
        className="shrink-0 text-xs text-ink-faint"
      >
        {formatTime(message.createdAt)}
      </time>
    </p>
  );
}

function SystemRow({ message }: { message: TimelineMessage }) {
  return (
    <p data-testid="message" className="py-2 text-center text-[13px] text-ink-faint">
      {message.content}
    </p>
  );
}
