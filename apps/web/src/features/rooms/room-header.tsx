'use client';

import type { Room } from '@dream-studio/sdk';
import { Archive, ArrowLeft, EllipsisVertical, LogOut, Pencil, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { InviteDialog } from '@/features/members/invite-dialog';
import { mayArchive, mayInvite, mayManage } from '@/features/members/permissions';
import type { MembersView } from '@/features/members/use-members-view';
import { OnlineFaces } from '@/features/presence/online-faces';
import { RoomStatus } from '@/features/presence/room-status';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { RoomAvatar } from './room-avatar';
import { ArchiveDialog, LeaveDialog, RenameDialog } from './room-dialogs';

interface RoomHeaderProps {
  room: Room;
  membersView: MembersView;
  onClose: () => void;
}

type DialogName = 'invite' | 'rename' | 'archive' | 'leave';

export function RoomHeader({ room, membersView, onClose }: RoomHeaderProps) {
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const dialogProps = (name: DialogName) => ({ room, open: dialog === name, onClose: () => setDialog(null) });

  return (
    <header className="flex h-16 shrink-0 items-center gap-3 border-b border-line pr-2 pl-2 sm:pr-4 md:pl-5">
      <IconButton label="Back to conversations" onClick={onClose} className="-mr-1 md:hidden" data-testid="back">
        <ArrowLeft />
      </IconButton>
      <RoomAvatar room={room} />
      <div className="min-w-0 flex-1 leading-snug">
        <h2 data-testid="room-title" title={room.name} className="truncate font-semibold text-ink">
          {room.name}
        </h2>
        <RoomStatus room={room} />
      </div>
      {room.type === 'GROUP' && (
        <>
          <OnlineFaces roomId={room.id} />
          <IconButton
            label={membersView.shown ? 'Hide members' : 'Show members'}
            aria-expanded={membersView.shown}
            onClick={membersView.toggle}
            className={membersView.shown && membersView.wide ? 'bg-active text-ink' : undefined}
            data-testid="open-members"
          >
            <Users />
          </IconButton>
          <RoomMenu room={room} onSelect={setDialog} />
        </>
      )}
      <InviteDialog {...dialogProps('invite')} />
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
  return (
    <Menu trigger={trigger}>
      {mayInvite(room) && (
        <MenuItem icon={UserPlus} onSelect={() => onSelect('invite')}>
          Invite people
        </MenuItem>
      )}
      {mayManage(room) && (
        <MenuItem icon={Pencil} onSelect={() => onSelect('rename')}>
          Rename
        </MenuItem>
      )}
      {mayArchive(room) && (
        <MenuItem icon={Archive} onSelect={() => onSelect('archive')}>
          Archive
        </MenuItem>
      )}
      {mayManage(room) && <MenuSeparator />}
      <MenuItem icon={LogOut} danger onSelect={() => onSelect('leave')}>
        Leave room
      </MenuItem>
    </Menu>
  );
}
