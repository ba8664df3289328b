'use client';

import type { Room } from '@dream-studio/sdk';
import { Archive, ArrowLeft, EllipsisVertical, LogOut, Pencil, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { MembersDialog } from '@/features/members/members-dialog';
import { RoomStatus } from '@/features/presence/room-status';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import { ArchiveDialog, LeaveDialog, RenameDialog } from './room-dialogs';
import { RoomAvatar } from './room-item';

interface RoomHeaderProps {
  room: Room;
  onClose: () => void;
}

type DialogName = 'members' | 'rename' | 'archive' | 'leave';

export function RoomHeader({ room, onClose }: RoomHeaderProps) {
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const dialogProps = (name: DialogName) => ({ room, open: dialog === name, onClose: () => setDialog(null) });
  const mayInvite = room.type === 'GROUP' && room.myRole !== 'MEMBER' && !room.archivedAt;

  return (
    <header className="flex h-16 shrink-0 items-center gap-3 border-b border-line pr-2 pl-2 sm:pr-4 md:pl-5">
      <IconButton label="Back to conversations" onClick={onClose} className="-mr-1 md:hidden">
        <ArrowLeft />
      </IconButton>
      <RoomAvatar room={room} />
      <div className="min-w-0 flex-1 leading-snug">
        <h2 data-testid="room-title" className="truncate font-semibold text-ink">
          {room.name}
        </h2>
        <RoomStatus room={room} />
      </div>
      {room.type === 'GROUP' && (
        <>
          <IconButton
            label={mayInvite ? 'Members and invitations' : 'Members'}
            onClick={() => setDialog('members')}
            data-testid="open-members"
          >
            {mayInvite ? <UserPlus /> : <Users />}
          </IconButton>
          <RoomMenu room={room} onSelect={setDialog} />
        </>
      )}
      <MembersDialog {...dialogProps('members')} />
      <RenameDialog {...dialogProps('rename')} />
      <ArchiveDialog {...dialogProps('archive')} />
      <LeaveDialog {...dialogProps('leave')} onLeft={onClose} />
    </header>
  );
}

function RoomMenu({ room, onSelect }: { room: Room; onSelect: (dialog: DialogName) => void }) {
  const trigger = (
    <IconButton label="Room actions" data-testid="room-menu">
      <EllipsisVertical />
    </IconButton>
  );
  const active = !room.archivedAt;
  return (
    <Menu trigger={trigger}>
      {active && room.myRole !== 'MEMBER' && (
        <MenuItem icon={Pencil} onSelect={() => onSelect('rename')}>
          Rename
        </MenuItem>
      )}
      {active && room.myRole === 'OWNER' && (
        <MenuItem icon={Archive} onSelect={() => onSelect('archive')}>
          Archive
        </MenuItem>
      )}
      <MenuItem icon={LogOut} danger onSelect={() => onSelect('leave')}>
        Leave room
      </MenuItem>
    </Menu>
  );
}
