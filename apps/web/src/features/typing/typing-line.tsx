'use client';
import type { Room } from '@dream-studio/sdk';
import { useTyping } from '@dream-studio/sdk/react';

export function TypingLine({ room }: { room: Room }) {
  const { typingUsers } = useTyping(room.id);
  return (
    <div
      aria-live="polite"
      data-testid="typing-line"
      className="mx-auto h-7 w-full max-w-3xl px-6 text-[13px] text-ink-soft"
    >
      {typingUsers.map((user) => user.name).join(', ')}
      {typingUsers.length > 0 && ' typing…'}
    </div>
  );
}
