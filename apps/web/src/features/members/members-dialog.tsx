'use client';

import type { Room } from '@dream-studio/sdk';
import { formatCount } from '@/lib/format';
import { Dialog } from '@/ui/dialog';
import { MembersContent } from './members-content';

interface MembersDialogProps {
  room: Room;
  open: boolean;
  onClose: () => void;
  onOpenRoom: (roomId: number) => void;
}

/** Who is in a room, where there is no space for it beside the conversation. */
export function MembersDialog({ room, open, onClose, onOpenRoom }: MembersDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Members" description={formatCount(room.memberCount, 'member')} flush>
      <div data-testid="members-dialog">
        <MembersContent room={room} onOpenRoom={onOpenRoom} className="h-[min(64dvh,34rem)]" />
      </div>
    </Dialog>
  );
}
