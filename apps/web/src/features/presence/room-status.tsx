'use client';

import type { Room, User } from '@dream-studio/sdk';
import { useLastSeen, useOnline, usePresence } from '@dream-studio/sdk/react';
import { Archive } from 'lucide-react';
import { formatAgo, formatCount } from '@/lib/format';
import { useNow } from '@/lib/use-now';
import { OnlineDot } from '@/ui/avatar';

/** The line under a room's name: how many are online, or whether the other one is. */
export function RoomStatus({ room }: { room: Room }) {
  return (
    <p className="flex items-center gap-1.5 truncate text-[13px] text-ink-soft">
      {room.peer ? <PeerStatus roomId={room.id} peer={room.peer} /> : <GroupStatus room={room} />}
      {room.archivedAt && (
        <span className="flex items-center gap-1">
          <Dot />
          <Archive aria-hidden="true" className="size-3.5" />
          Archived
        </span>
      )}
    </p>
  );
}

const Dot = () => <span aria-hidden="true">·</span>;

function GroupStatus({ room }: { room: Room }) {
  const { onlineCount } = usePresence(room.id);
  return (
    <>
      <span data-testid="member-count">{formatCount(room.memberCount, 'member')}</span>
      <Dot />
      {onlineCount > 0 && <OnlineDot />}
      <span data-testid="online-count">{onlineCount.toLocaleString()} online</span>
    </>
  );
}

function PeerStatus({ roomId, peer }: { roomId: number; peer: User }) {
  const online = useOnline(peer.id);
  const lastSeenAt = useLastSeen(roomId, peer.id);
  const now = useNow();
  const text = lastSeenAt ? `Last seen ${formatAgo(lastSeenAt, now)}` : 'Offline';
  return <span data-testid="peer-status">{online ? 'Online' : text}</span>;
}
