'use client';

import type { User } from '@dream-studio/sdk';
import { useOnline } from '@dream-studio/sdk/react';
import { MessageCirclePlus } from 'lucide-react';
import { Avatar } from '@/ui/avatar';
import { Spinner } from '@/ui/spinner';
import { rovingItem } from './use-roving-focus';

interface PersonResultProps {
  user: User;
  tabStop: boolean;
  /** The conversation with them is being opened. */
  busy: boolean;
  onPick: (user: User) => void;
}

export const personKey = (userId: number) => `user-${userId}`;

/** Someone found by name: opens the conversation with them, or begins one. */
export function PersonResult({ user, tabStop, busy, onPick }: PersonResultProps) {
  const online = useOnline(user.id);
  return (
    <li>
      <button
        type="button"
        onClick={() => onPick(user)}
        aria-busy={busy || undefined}
        data-testid="person-result"
        data-user-id={user.id}
        {...rovingItem(personKey(user.id), tabStop)}
        className="group flex w-full items-center gap-3 rounded-xl px-2.5 py-2 text-left transition-colors [--avatar-ring:var(--panel)] hover:bg-hover focus-visible:-outline-offset-2"
      >
        <Avatar id={user.id} name={user.name} online={online} />
        <span className="min-w-0 flex-1 leading-snug">
          <span className="block truncate text-[15px] font-medium text-ink">{user.name}</span>
          <span className="block text-[13px] text-ink-soft">{online ? 'Online' : 'Send a message'}</span>
        </span>
        {busy ? (
          <Spinner className="size-4 text-ink-soft" />
        ) : (
          <MessageCirclePlus aria-hidden="true" className="size-4 text-ink-faint group-hover:text-ink" />
        )}
      </button>
    </li>
  );
}
