import type { Room, User } from '@dream-studio/sdk';
import { useRooms } from '@dream-studio/sdk/react';
import { useMemo } from 'react';
import { useUserSearch } from '@/features/members/use-user-search';
import { matches } from '@/lib/match';

/** What the list shows for a search: loaded rooms by name, and people who are not among them already. */
export function useFound(query: string) {
  const list = useRooms();
  const people = useUserSearch(query);
  const rooms = useMemo(() => named(list.rooms, query), [list.rooms, query]);
  const users = useMemo(() => (people.idle ? [] : withoutPeers(people.users, rooms)), [people, rooms]);
  return { list, rooms, users, searching: people.searching, error: people.error };
}

export type Found = ReturnType<typeof useFound>;

const named = (rooms: readonly Room[], query: string) =>
  query.trim() ? rooms.filter((room) => matches(room.name, query)) : rooms;

function withoutPeers(users: readonly User[], rooms: readonly Room[]): User[] {
  const peerIds = new Set(rooms.map((room) => room.peer?.id));
  return users.filter((user) => !peerIds.has(user.id));
}
