'use client';

import type { Room } from '@dream-studio/sdk';
import { Archive } from 'lucide-react';
import { useCallback, useRef } from 'react';
import { Composer, hasKeyboard } from '@/features/composer/composer';
import { TypingLine } from '@/features/typing/typing-line';
import { MessageList } from './message-list';

export function Conversation({ room }: { room: Room }) {
  const composer = useRef<HTMLTextAreaElement>(null);
  const focusComposer = useCallback(() => {
    if (hasKeyboard()) composer.current?.focus();
  }, []);
  return (
    <>
      <MessageList room={room} onChanged={focusComposer} />
      <TypingLine room={room} />
      {room.archivedAt ? <ArchivedNote /> : <Composer room={room} inputRef={composer} />}
    </>
  );
}

function ArchivedNote() {
  return (
    <p
      data-testid="archived-note"
      className="flex items-center justify-center gap-2 border-t border-line px-4 py-5 text-sm text-ink-soft"
    >
      <Archive aria-hidden="true" className="size-4 shrink-0" />
      This room is archived: it can be read, not written.
    </p>
  );
}
