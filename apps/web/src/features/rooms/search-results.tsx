'use client';

import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { InlineError } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { Spinner } from '@/ui/spinner';
import { PersonResult, personKey } from './person-result';
import { RoomItem, roomKey } from './room-item';
import type { RoomListProps } from './room-list';

/** Rooms and people by one search. */
export function SearchResults(props: RoomListProps) {
  const { query, found, openRoomId, onOpen, onPick, busyUserId, roving } = props;
  const { rooms, users, searching, error } = found;
  const count = rooms.length + users.length;
  return (
    <div data-testid="search-results">
      <p role="status" className="sr-only">
        {searching ? 'Searching' : `${count} found`}
      </p>
      {rooms.length > 0 && (
        <Group title="Conversations">
          {rooms.map((room) => (
            <RoomItem
              key={room.id}
              room={room}
              open={room.id === openRoomId}
              tabStop={roving.stop === roomKey(room.id)}
              onOpen={onOpen}
            />
          ))}
        </Group>
      )}
      {users.length > 0 && (
        <Group title="People">
          {users.map((user) => (
            <PersonResult
              key={user.id}
              user={user}
              tabStop={roving.stop === personKey(user.id)}
              busy={busyUserId === user.id}
              onPick={onPick}
            />
          ))}
        </Group>
      )}
      {searching && users.length === 0 && (
        <p className="flex items-center justify-center gap-2 p-4 text-[13px] text-ink-soft">
          <Spinner className="size-3.5" />
          Looking for people…
        </p>
      )}
      {!searching && error && <InlineError>{error}</InlineError>}
      {!searching && !error && count === 0 && (
        <Notice icon={SearchX} title="Nothing found" compact>
          <span className="break-words">No conversation or person is called “{query.trim()}”.</span>
        </Notice>
      )}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="pb-3">
      <h2 className="px-2.5 pt-1 pb-1.5 text-xs font-medium text-ink-soft">{title}</h2>
      <ul className="space-y-0.5">{children}</ul>
    </section>
  );
}
