'use client';

import type { Member, Room } from '@dream-studio/sdk';
import { useChatClient } from '@dream-studio/sdk/react';
import { ConfirmDialog } from '@/ui/confirm-dialog';

interface MemberDialogProps {
  room: Room;
  /** Whom it is about; closed without. */
  member: Member | null;
  onClose: () => void;
  onFocusLost: () => void;
}

export function RemoveMemberDialog({ room, member, ...dialog }: MemberDialogProps) {
  const chat = useChatClient();
  if (!member) return null;
  return (
    <ConfirmDialog
      {...dialog}
      open
      title={`Remove ${member.user.name}?`}
      description={`They can no longer read or write in ${room.name}, until someone invites them again.`}
      action="Remove"
      onConfirm={() => chat.members.remove({ roomId: room.id, userId: member.userId })}
    />
  );
}

export function HandOverDialog({ room, member, ...dialog }: MemberDialogProps) {
  const chat = useChatClient();
  if (!member) return null;
  return (
    <ConfirmDialog
      {...dialog}
      open
      title={`Make ${member.user.name} the owner?`}
      description={`${room.name} is theirs from then on, and you stay as an admin. Only they can give it back.`}
      action="Hand over"
      onConfirm={() => chat.members.setRole({ roomId: room.id, userId: member.userId, role: 'OWNER' })}
    />
  );
}
