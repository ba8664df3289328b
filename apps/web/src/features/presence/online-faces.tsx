'use client';

import { useMembers, usePresence } from '@dream-studio/sdk/react';
import { useMemo } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { Avatar } from '@/ui/avatar';

const FACES_MAX = 4;

/** A few of the others who are online in a room; decoration beside the count. */
export function OnlineFaces({ roomId }: { roomId: number }) {
  const me = useSelf();
  const members = useMembers(roomId);
  const { onlineUserIds } = usePresence(roomId);
  const faces = useMemo(() => {
    const online = new Set(onlineUserIds);
    return members.filter((member) => online.has(member.userId) && member.userId !== me.id).slice(0, FACES_MAX);
  }, [members, onlineUserIds, me.id]);
  if (faces.length === 0) return null;
  return (
    <span aria-hidden="true" data-testid="online-faces" className="flex -space-x-1.5 max-lg:hidden">
      {faces.map(({ userId, user }) => (
        <span key={userId} title={user.name} className="inline-flex rounded-full ring-2 ring-canvas">
          <Avatar id={userId} name={user.name} size="xs" />
        </span>
      ))}
    </span>
  );
}
