import { Paperclip, Trash2 } from 'lucide-react';
import { formatFull } from '@/lib/format';
import { cx } from '@/ui/cx';
import type { MessageRowModel } from './timeline';

interface MessageBubbleProps {
  row: MessageRowModel;
  mine: boolean;
}

/** What was said. Bubbles of a run lean on each other on the sender's side. */
export function MessageBubble({ row, mine }: MessageBubbleProps) {
  const { message, pending } = row;
  if (message?.deletedAt) return <Tombstone />;
  return (
    <div
      title={formatFull(row.createdAt)}
      className={cx(
        'max-w-[min(100%,34rem)] min-w-0 rounded-2xl px-3.5 py-2 text-[15px] leading-relaxed',
        mine ? 'bg-brand text-on-brand' : 'bg-bubble text-ink',
        mine ? corners(row, 'rounded-tr-md', 'rounded-br-md') : corners(row, 'rounded-tl-md', 'rounded-bl-md'),
        pending && 'opacity-70',
      )}
    >
      {message?.fileUrl && <FileLink url={message.fileUrl} />}
      <MessageBody text={row.content} />
      {message?.isEdited && (
        <span className={cx('text-xs', mine ? 'text-on-brand/75' : 'text-ink-faint')}> (edited)</span>
      )}
    </div>
  );
}

const corners = (row: MessageRowModel, top: string, bottom: string) =>
  cx(!row.startsRun && top, !row.endsRun && bottom);

/** The text as it was written. */
function MessageBody({ text }: { text: string }) {
  return (
    <span data-testid="message-content" className="break-words whitespace-pre-wrap">
      {text}
    </span>
  );
}

function FileLink({ url }: { url: string }) {
  const name = decodeURIComponentSafely(new URL(url).pathname.split('/').at(-1) ?? '') || new URL(url).hostname;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="flex items-center gap-1.5 font-medium underline">
      <Paperclip aria-hidden="true" className="size-4 shrink-0" />
      <span className="truncate">{name}</span>
    </a>
  );
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function Tombstone() {
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
