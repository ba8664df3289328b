import { memo } from 'react';
import { cx } from '@/ui/cx';
import { isEmojiOnly } from './emoji-only';
import { MarkdownText } from './markdown/markdown';
import { isMarkdown } from './markdown/policy';

/** What was written: as Markdown where it is, as it stands where not, big where it is nothing but emoji. */
export const MessageBody = memo(function MessageBody({ text }: { text: string }) {
  if (isMarkdown(text)) {
    return (
      <div data-testid="message-content" className="min-w-0 space-y-1.5 [overflow-wrap:anywhere]">
        <MarkdownText text={text} />
      </div>
    );
  }
  return (
    <span
      data-testid="message-content"
      className={cx('[overflow-wrap:anywhere] whitespace-pre-wrap', isEmojiOnly(text) && 'text-4xl leading-tight')}
    >
      {text}
    </span>
  );
});
