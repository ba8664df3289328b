import { Trash2 } from 'lucide-react';
import { formatFull } from '@/lib/format';
import { cx } from '@/ui/cx';
import { isEmojiOnly } from './emoji-only';
import { FileCard } from './file-card';
import { MessageBody } from './message-body';
import type { MessageRowModel } from './timeline';

interface MessageBubbleProps {
  row: MessageRowModel;
  mine: boolean;
}

/** What was said. Bubbles of a run lean on each other on the sender's side; emoji alone stand free. */
export function MessageBubble({ row, mine }: MessageBubbleProps) {
  const { content, fileUrl, type, isEdited, createdAt, status } = row.message;
  const free = !fileUrl && isEmojiOnly(content);
  return (
    <div
      title={formatFull(createdAt)}
      className={cx(
        'max-w-[min(100%,34rem)] min-w-0 text-[15px] leading-relaxed transition-opacity',
        free ? 'px-1 py-0.5' : 'rounded-2xl px-3.5 py-2',
        !free && (mine ? 'bg-brand text-on-brand' : 'bg-bubble text-ink'),
        mine ? corners(row, 'rounded-tr-md', 'rounded-br-md') : corners(row, 'rounded-tl-md', 'rounded-bl-md'),
        status !== 'sent' && 'opacity-75',
      )}
    >
      {fileUrl && <FileCard url={fileUrl} type={type} mine={mine} />}
      {content && <MessageBody text={content} />}
      {isEdited && (
        <span className={cx('text-xs', mine && !free ? 'text-on-brand/90' : 'text-ink-faint')}> (edited)</span>
      )}
    </div>
  );
}

const corners = (row: MessageRowModel, top: string, bottom: string) =>
  cx(!row.startsRun && top, !row.endsRun && bottom);

/** Stands where a deleted message was. */
export function Tombstone() {
  return (
    <p
      data-testid="message-deleted"
      className="flex items-center gap-1.5 rounded-2xl border border-dashed border-line px-3.5 py-1.5 text-sm text-ink-faint italic"
    >
      <Trash2 aria-hidden="true" className="size-3.5" />
      message deleted
    </p>
  );
}
