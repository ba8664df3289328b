'use client';

import type { Room } from '@dream-studio/sdk';
import { useEffect } from 'react';
import { useMembers } from '@/features/members/use-members';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';

/** How many members of a room are online: counted here while all of them are known, else as the server says. */
export function useOnlineCount(room: Room): number {
  const { presence } = useWorkspace();
  const members = useMembers(room.id);
  const { online, counts } = useStore(presence.state, (state) => state);
  const known = members.length > 0 && members.length <= 100;
  return known ? members.filter((member) => online.has(member.userId)).length : (counts[room.id] ?? 0);
}

/** Whether a user is online, and when they were last; asks the server once for someone who is not. */
export function useUserPresence(roomId: number, userId: number | undefined) {
  const { presence } = useWorkspace();
  const online = useStore(presence.state, (state) => userId !== undefined && state.online.has(userId));
  const lastSeenAt = useStore(presence.state, (state) => (userId === undefined ? undefined : state.lastSeenAt[userId]));
  const unknown = userId !== undefined && !online && lastSeenAt === undefined;

  useEffect(() => {
    if (unknown) void presence.refresh(roomId, [userId]);
  }, [presence, roomId, userId, unknown]);

  return { online, lastSeenAt };
}
