'use client';

import type { User } from '@dream-studio/sdk';
import { useOnline } from '@dream-studio/sdk/react';
import { Plus, Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Avatar } from '@/ui/avatar';
import { InlineError, TextField } from '@/ui/field';
import { Spinner } from '@/ui/spinner';
import { useUserSearch } from './use-user-search';

interface PersonPickerProps {
  label: string;
  onPick: (user: User) => void;
  /** People not to be offered. */
  excludedIds?: ReadonlySet<number>;
  disabled?: boolean;
}

/** Finds people by name. Enter picks the first one found. */
export function PersonPicker({ label, onPick, excludedIds, disabled = false }: PersonPickerProps) {
  const [query, setQuery] = useState('');
  const search = useUserSearch(query);
  const users = search.idle ? [] : search.users.filter((user) => !excludedIds?.has(user.id));

  const pick = (user: User) => {
    onPick(user);
    setQuery('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (users[0] && !search.searching && !disabled) pick(users[0]);
  };

  return (
    <div>
      <TextField
        label={label}
        type="search"
        placeholder="Search people by name"
        icon={search.searching ? <Spinner className="size-4" /> : <Search />}
        maxLength={80}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKeyDown}
        data-testid="person-search"
      />
      <div role="status" className="mt-2 text-[13px] text-ink-faint empty:mt-0">
        {hint(search, users.length)}
      </div>
      <InlineError>{search.error}</InlineError>
      <ul aria-label="People found" className="-mx-2 mt-2 max-h-72 overflow-y-auto empty:hidden">
        {users.map((user) => (
          <PersonOption key={user.id} user={user} disabled={disabled} onPick={() => pick(user)} />
        ))}
      </ul>
    </div>
  );
}

function hint({ idle, searching, error }: ReturnType<typeof useUserSearch>, count: number): ReactNode {
  if (idle || error || count > 0) return null;
  return searching ? 'Searching…' : 'Nobody found by that name.';
}

function PersonOption({ user, disabled, onPick }: { user: User; disabled: boolean; onPick: () => void }) {
  const online = useOnline(user.id);
  return (
    <li>
      <button
        type="button"
        disabled={disabled}
        onClick={onPick}
        data-testid="person-option"
        data-user-id={user.id}
        className="group flex w-full items-center gap-3 rounded-lg px-2 py-1.5 text-left hover:bg-hover focus-visible:-outline-offset-2 disabled:opacity-50"
      >
        <Avatar id={user.id} name={user.name} size="sm" online={online} />
        <span className="min-w-0 flex-1 truncate text-sm font-medium text-ink">{user.name}</span>
        <Plus aria-hidden="true" className="size-4 text-ink-faint group-hover:text-ink" />
      </button>
    </li>
  );
}
