'use client';

import type { Member, Room, User } from '@dream-studio/sdk';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';

const NONE: readonly Member[] = [];

/** The members of a room as far as they are loaded. */
export function useMembers(roomId: number): readonly Member[] {
  const { members } = useWorkspace();
  return useStore(members.state, (rooms) => rooms[roomId] ?? NONE);
}

/** The other person of a direct room, once known. */
export function usePeer(room: Room): User | undefined {
  const { me } = useWorkspace();
  const members = useMembers(room.id);
  return room.type === 'DIRECT' ? members.find((member) => member.userId !== me.id)?.user : undefined;
}
