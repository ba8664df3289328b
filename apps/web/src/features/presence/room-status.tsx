'use client';

import type { Room } from '@dream-studio/sdk';
import { usePeer } from '@/features/members/use-members';
import { formatAgo, formatCount } from '@/lib/format';
import { OnlineDot } from '@/ui/avatar';
import { useOnlineCount, useUserPresence } from './use-presence';

/** The line under a room's name: how many are online, or whether the other one is. */
export function RoomStatus({ room }: { room: Room }) {
  return (
    <p className="flex items-center gap-1.5 truncate text-[13px] text-ink-soft">
      {room.type === 'DIRECT' ? <PeerStatus room={room} /> : <GroupStatus room={room} />}
    </p>
  );
}

function GroupStatus({ room }: { room: Room }) {
  const count = useOnlineCount(room);
  return (
    <>
      <span data-testid="member-count">{formatCount(room.memberCount, 'member')}</span>
      <span aria-hidden="true" className="text-ink-faint">
        ·
      </span>
      {count > 0 && <OnlineDot />}
      <span data-testid="online-count">{count} online</span>
    </>
  );
}

function PeerStatus({ room }: { room: Room }) {
  const peer = usePeer(room);
  const { online, lastSeenAt } = useUserPresence(room.id, peer?.id);
  const text = lastSeenAt ? `Last seen ${formatAgo(lastSeenAt)}` : 'Offline';
  return <span data-testid="peer-status">{online ? 'Online' : text}</span>;
}
