'use client';

import { BOUNDS, type Room } from '@dream-studio/sdk';
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type Ref, useEffect, useMemo, useState } from 'react';
import { createTypingSignal } from '@/features/typing/typing-signal';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { AutoTextarea } from '@/ui/auto-textarea';
import { cx } from '@/ui/cx';

/** The characters left are counted from here on. */
const COUNT_FROM = BOUNDS.contentMaxLength - 500;

/** With a touch screen alone, the focus would bring up the keyboard unasked. */
export const hasKeyboard = () => matchMedia('(hover: hover)').matches;

interface ComposerProps {
  room: Room;
  /** The field itself, for whoever gives it the focus. */
  inputRef: Ref<HTMLTextAreaElement>;
}

/** Enter sends, Shift+Enter begins a new line. */
export function Composer({ room, inputRef }: ComposerProps) {
  const { chat, messages } = useWorkspace();
  const [draft, setDraft] = useState('');
  const signal = useMemo(() => createTypingSignal(chat, room.id), [chat, room.id]);
  useEffect(() => signal.stopped, [signal]);

  const text = draft.trim();
  const left = BOUNDS.contentMaxLength - text.length;
  const sendable = text !== '' && left >= 0;

  const change = (next: string) => {
    setDraft(next);
    if (next.trim()) signal.typing();
    else signal.stopped();
  };
  const send = () => {
    if (!sendable) return;
    messages.send(room.id, text);
    setDraft('');
    signal.stopped();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };

  return (
    <form onSubmit={onSubmit} className="mx-auto w-full max-w-3xl px-3 pb-3 sm:px-6 sm:pb-5">
      <div className="flex items-end gap-2 rounded-2xl border border-line-strong/60 bg-raised p-1.5 transition-colors focus-within:border-brand-text">
        <AutoTextarea
          ref={inputRef}
          aria-label={`Message ${room.name}`}
          placeholder={`Message ${room.name}`}
          autoFocus={hasKeyboard()}
          enterKeyHint="send"
          value={draft}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={signal.stopped}
          data-testid="composer"
          className="min-w-0 flex-1 bg-transparent px-2.5 py-1.5 text-base leading-relaxed text-ink outline-none placeholder:truncate placeholder:text-ink-faint sm:text-[15px]"
        />
        {text.length > COUNT_FROM && (
          <span
            role="status"
            className={cx('pb-2 text-xs tabular-nums', left < 0 ? 'font-semibold text-danger' : 'text-ink-faint')}
          >
            {left < 0 ? `${-left} too many` : `${left} left`}
          </span>
        )}
        <SendButton disabled={!sendable} />
      </div>
    </form>
  );
}

function SendButton({ disabled }: { disabled: boolean }) {
  return (
    <button
      type="submit"
      aria-label="Send message"
      disabled={disabled}
      data-testid="send-message"
      className="flex size-9 shrink-0 items-center justify-center rounded-xl bg-brand text-on-brand transition-colors hover:bg-brand-hover disabled:cursor-not-allowed disabled:bg-hover disabled:text-ink-faint"
    >
      <SendHorizontal aria-hidden="true" className="size-[18px]" />
    </button>
  );
}
