'use client';

import { BOUNDS, type Message } from '@dream-studio/sdk';
import { type KeyboardEvent, useState } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useAction } from '@/lib/use-action';
import { AutoTextarea } from '@/ui/auto-textarea';
import { Button } from '@/ui/button';
import { InlineError } from '@/ui/field';

interface MessageEditorProps {
  message: Message;
  onDone: () => void;
}

/** Changes a message in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ message, onDone }: MessageEditorProps) {
  const { messages } = useWorkspace();
  const [content, setContent] = useState(message.content);
  const { busy, error, run } = useAction();
  const text = content.trim();
  const valid = text !== '' && text.length <= BOUNDS.contentMaxLength;

  const save = () => {
    if (!valid || busy) return;
    void run(async () => {
      if (text !== message.content) await messages.edit(message, text);
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
    <div className="w-full rounded-2xl border border-line-strong/60 bg-raised p-2">
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
        <span className="mr-auto pl-2 text-xs text-ink-faint max-sm:hidden">Enter to save, Esc to cancel</span>
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
