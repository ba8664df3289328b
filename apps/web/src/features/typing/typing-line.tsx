'use client';

import { useMembers } from '@/features/members/use-members';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';

const NOBODY: readonly number[] = [];

/** The ids of the others typing in a room. */
export function useTypists(roomId: number): readonly number[] {
  const { typing } = useWorkspace();
  return useStore(typing.state, (rooms) => rooms[roomId] ?? NOBODY);
}

/** Who is typing, in a line that is always there so that nothing moves. */
export function TypingLine({ roomId }: { roomId: number }) {
  const typists = useTypists(roomId);
  const members = useMembers(roomId);
  const names = typists.map((id) => members.find((member) => member.userId === id)?.user.name ?? 'Someone');
  return (
    <div
      aria-live="polite"
      data-testid="typing-line"
      className="mx-auto flex h-7 w-full items-center max-w-3xl shrink-0 px-4 sm:px-6"
    >
      {names.length > 0 && (
        <p className="flex animate-fade items-center gap-2 text-[13px] text-ink-soft">
          <TypingDots />
          <span className="truncate">{typingText(names)}</span>
        </p>
      )}
    </div>
  );
}

function typingText(names: string[]): string {
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
