'use client';

import type { Room } from '@dream-studio/sdk';
import { X } from 'lucide-react';
import { IconButton } from '@/ui/button';
import { MembersContent } from './members-content';

interface MembersPanelProps {
  room: Room;
  onClose: () => void;
  onOpenRoom: (roomId: number) => void;
}

/** Who is in a room, beside the conversation. */
export function MembersPanel({ room, onClose, onOpenRoom }: MembersPanelProps) {
  return (
    <aside
      aria-label="Members"
      data-testid="members-panel"
      className="flex w-72 shrink-0 flex-col border-l border-line bg-panel [--avatar-ring:var(--panel)]"
    >
      <header className="flex h-16 shrink-0 items-center gap-2 pr-3 pl-4">
        <h2 className="min-w-0 flex-1 font-semibold text-ink">
          Members <span className="font-normal text-ink-soft tabular-nums">{room.memberCount.toLocaleString()}</span>
        </h2>
        <IconButton label="Hide members" onClick={onClose} data-testid="close-members">
          <X />
        </IconButton>
      </header>
      <MembersContent room={room} onOpenRoom={onOpenRoom} className="flex-1" />
    </aside>
  );
}
