'use client';

import { useTyping } from '@dream-studio/sdk/react';

/** Who is typing, in a line that is always there so that nothing moves. */
export function TypingLine({ roomId }: { roomId: number }) {
  const { typingUsers } = useTyping(roomId);
  return (
    <div
      aria-live="polite"
      data-testid="typing-line"
      className="mx-auto flex h-7 w-full max-w-3xl shrink-0 items-center px-4 sm:px-6"
    >
      {typingUsers.length > 0 && (
        <p className="flex min-w-0 animate-fade items-center gap-2 text-[13px] text-ink-soft">
          <TypingDots />
          <span className="truncate">{typingText(typingUsers.map(({ name }) => name))}</span>
        </p>
      )}
    </div>
  );
}

/** `Ann is typing…` */
export function typingText(names: readonly string[]): string {
  const [first, second] = names;
  if (names.length === 1) return `${first} is typing…`;
  if (names.length === 2) return `${first} and ${second} are typing…`;
  return `${names.length} people are typing…`;
}

const DELAYS = ['0ms', '150ms', '300ms'];

function TypingDots() {
  return (
    <span aria-hidden="true" className="flex gap-0.5">
      {DELAYS.map((delay) => (
        <span
          key={delay}
          style={{ animationDelay: delay }}
          className="size-1.5 animate-[typing-dot_1.2s_infinite] rounded-full bg-glow"
        />
      ))}
    </span>
  );
}
