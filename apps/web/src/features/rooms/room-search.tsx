'use client';

import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect, useId, useState } from 'react';
import { IconButton } from '@/ui/button';

interface RoomSearchProps {
  inputRef: Ref<HTMLInputElement>;
  query: string;
  onChange: (query: string) => void;
  /** Enter: opens the first thing found. */
  onSubmit: () => void;
  /** Arrow down: on to the list. */
  onDown: () => void;
}

/** One field for rooms and people. Escape empties it. */
export function RoomSearch({ inputRef, query, onChange, onSubmit, onDown }: RoomSearchProps) {
  const id = useId();
  const shortcut = useShortcutHint();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const action = { ArrowDown: onDown, Enter: onSubmit, Escape: query ? () => onChange('') : undefined }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  return (
    <search className="relative mx-3 mb-2 block shrink-0">
      <label htmlFor={id} className="sr-only">
        Search conversations and people
      </label>
      <Search aria-hidden="true" className="pointer-events-none absolute top-3 left-3 size-4 text-ink-faint" />
      <input
        ref={inputRef}
        id={id}
        type="search"
        autoComplete="off"
        placeholder="Search"
        maxLength={80}
        aria-keyshortcuts="Control+K Meta+K"
        value={query}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        data-testid="room-search"
        className="peer h-10 w-full rounded-xl border border-transparent bg-hover pr-10 pl-9 text-base text-ink transition-colors placeholder:text-ink-soft focus-visible:border-brand-text focus-visible:bg-canvas focus-visible:outline-none sm:text-sm"
      />
      {query ? (
        <IconButton
          label="Clear search"
          size="sm"
          onClick={() => onChange('')}
          className="absolute top-1 right-1"
          data-testid="clear-search"
        >
          <X />
        </IconButton>
      ) : (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-2.5 right-3 rounded-md border border-line px-1.5 text-[11px] leading-[18px] text-ink-soft peer-focus:hidden max-md:hidden"
        >
          {shortcut}
        </span>
      )}
    </search>
  );
}

function useShortcutHint(): string {
  const [hint, setHint] = useState('Ctrl K');
  useEffect(() => {
    if (/Mac|iP(hone|ad)/.test(navigator.platform)) setHint('⌘K');
  }, []);
  return hint;
}
