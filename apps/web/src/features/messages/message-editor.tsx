'use client';

import type { TimelineMessage } from '@dream-studio/sdk';
import { type KeyboardEvent, useState } from 'react';
import { charactersLeft } from '@/features/composer/characters-left';
import { useAction } from '@/lib/use-action';
import { AutoTextarea } from '@/ui/auto-textarea';
import { Button } from '@/ui/button';
import { InlineError } from '@/ui/field';

interface MessageEditorProps {
  message: TimelineMessage;
  onSave: (messageId: number, content: string) => Promise<void>;
  onDone: () => void;
}

/** Changes a message in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ message, onSave, onDone }: MessageEditorProps) {
  const [content, setContent] = useState(message.content);
  const { busy, error, run } = useAction();
  const text = content.trim();
  const left = charactersLeft(text);
  const valid = text !== '' && left >= 0;

  const save = () => {
    if (!valid || busy || message.id === null) return;
    const { id } = message;
    void run(async () => {
      if (text !== message.content) await onSave(id, text);
      onDone();
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onDone();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    save();
  };

  return (
    <div className="w-full rounded-2xl border border-line-strong/60 bg-raised p-2 transition-colors focus-within:border-brand-text">
      <AutoTextarea
        aria-label="Edit message"
        autoFocus
        value={content}
        onChange={(event) => setContent(event.target.value)}
        onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
        onKeyDown={onKeyDown}
        data-testid="message-editor"
        className="bg-transparent px-2 py-1 text-base leading-relaxed text-ink outline-none sm:text-[15px]"
      />
      <InlineError>{error}</InlineError>
      <div className="mt-1 flex items-center justify-end gap-1.5">
        <span className="mr-auto pl-2 text-xs text-ink-faint">
          {left < 0 ? (
            <span className="font-semibold text-danger">{-left} too many</span>
          ) : (
            <span className="max-sm:hidden">Enter to save, Esc to cancel</span>
          )}
        </span>
        <Button variant="ghost" size="sm" onClick={onDone}>
          Cancel
        </Button>
        <Button size="sm" busy={busy} disabled={!valid} onClick={save} data-testid="save-edit">
          Save
        </Button>
      </div>
    </div>
  );
}
