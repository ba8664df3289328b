'use client';
import { BOUNDS, type Room } from '@dream-studio/sdk';
import { useRoom } from '@dream-studio/sdk/react';
import { SendHorizontal } from 'lucide-react';
import { type Ref, useState } from 'react';
import { AutoTextarea } from '@/ui/auto-textarea';

export const hasKeyboard = () => matchMedia('(hover: hover)').matches;

export function Composer({ room, inputRef }: { room: Room; inputRef: Ref<HTMLTextAreaElement> }) {
  const { send, typing, stopTyping } = useRoom(room.id);
  const [draft, setDraft] = useState('');
  const submit = () => {
    if (!draft.trim()) return;
    send(draft.trim());
    setDraft('');
    stopTyping();
  };
  return (
    <form className="mx-auto w-full max-w-3xl px-3 pb-3 sm:px-6 sm:pb-5">
      <div className="flex items-end gap-2 rounded-2xl border border-line-strong/60 bg-raised p-1.5">
        <AutoTextarea
          ref={inputRef}
          aria-label={`Message ${room.name}`}
          placeholder={`Message ${room.name}`}
          autoFocus={hasKeyboard()}
          maxLength={BOUNDS.contentMaxLength}
          value={draft}
          onChange={(event) => {
            setDraft(event.target.value);
            typing();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            submit();
          }}
          data-testid="composer"
          className="min-w-0 flex-1 bg-transparent px-2.5 py-1.5 text-base leading-relaxed text-ink outline-none placeholder:text-ink-soft sm:text-[15px]"
        />
        <button
          type="button"
          aria-label="Send message"
          onClick={submit}
          className="flex size-9 shrink-0 items-center justify-center rounded-xl bg-brand text-on-brand"
        >
          <SendHorizontal aria-hidden="true" className="size-[18px]" />
        </button>
      </div>
    </form>
  );
}
