'use client';

import { useRoom } from '@dream-studio/sdk/react';
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type RefObject, useEffect } from 'react';
import { hasHover } from '@/lib/media';
import { AutoTextarea } from '@/ui/auto-textarea';
import { cx } from '@/ui/cx';
import { charactersLeft } from './characters-left';
import { EmojiButton } from './emoji-button';
import { LimitNotice } from './limit-notice';
import { useDraft } from './use-draft';

/** The characters left are counted from here on. */
const COUNT_FROM = 500;

interface ComposerProps {
  roomId: number;
  roomName: string;
  userId: number;
  /** The field itself, for whoever gives it the focus. */
  inputRef: RefObject<HTMLTextAreaElement | null>;
  /** The user wants to change what they said last. */
  onEditLast: () => void;
}

/** Enter sends, Shift+Enter begins a new line. What is not sent is kept for the next time the room is opened. */
export function Composer({ roomId, roomName, userId, inputRef, onEditLast }: ComposerProps) {
  const room = useRoom(roomId);
  const [draft, setDraft] = useDraft(userId, roomId);
  useEffect(() => () => room.stopTyping(), [room]);

  const text = draft.trim();
  const left = charactersLeft(text);
  const sendable = text !== '' && left >= 0;

  const change = (next: string) => {
    setDraft(next);
    if (next.trim()) room.typing();
    else room.stopTyping();
  };
  const send = () => {
    if (!sendable) return;
    room.send(text);
    room.stopTyping();
    setDraft('');
    inputRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowUp' && draft === '') {
      event.preventDefault();
      onEditLast();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };

  return (
    <form onSubmit={onSubmit} className="mx-auto w-full max-w-3xl px-3 pb-3 sm:px-6 sm:pb-5">
      <LimitNotice roomId={roomId} />
      <div className="flex items-end gap-1 rounded-2xl border border-line-strong/60 bg-raised p-1.5 transition-colors focus-within:border-brand-text">
        <AutoTextarea
          ref={inputRef}
          aria-label={`Message ${roomName}`}
          placeholder={`Message ${roomName}`}
          autoFocus={hasHover()}
          enterKeyHint="send"
          value={draft}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={() => room.stopTyping()}
          data-testid="composer"
          className="min-w-0 flex-1 bg-transparent px-2.5 py-1.5 text-base leading-relaxed text-ink outline-none placeholder:truncate placeholder:text-ink-faint sm:text-[15px]"
        />
        {left <= COUNT_FROM && <CharactersLeft left={left} />}
        <EmojiButton input={inputRef} onInsert={(emoji) => change(insertAt(inputRef.current, draft, emoji))} />
        <SendButton disabled={!sendable} />
      </div>
    </form>
  );
}

/** The text with something put in where the caret is. The caret follows by itself to the end of what is put in. */
function insertAt(field: HTMLTextAreaElement | null, text: string, inserted: string): string {
  if (!field) return text + inserted;
  field.setRangeText(inserted, field.selectionStart, field.selectionEnd, 'end');
  return field.value;
}

function CharactersLeft({ left }: { left: number }) {
  return (
    <span
      role="status"
      data-testid="characters-left"
      className={cx('self-center px-1 text-xs tabular-nums', left < 0 ? 'font-semibold text-danger' : 'text-ink-faint')}
    >
      {left < 0 ? `${-left} too many` : `${left} left`}
    </span>
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
