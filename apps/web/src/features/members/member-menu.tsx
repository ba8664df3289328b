'use client';

import type { Member, Room } from '@dream-studio/sdk';
import { Crown, EllipsisVertical, MessageCircle, Shield, ShieldOff, UserMinus } from 'lucide-react';
import { useSelf } from '@/features/workspace/workspace-context';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';

/** What can be asked for about a member. */
export type MemberCommand = 'message' | 'makeAdmin' | 'makeMember' | 'handOver' | 'remove';

interface MemberMenuProps {
  member: Member;
  room: Room;
  onCommand: (command: MemberCommand, member: Member) => void;
}

/** What this user may do about another member, by the server's rules. */
export function MemberMenu({ member, room, onCommand }: MemberMenuProps) {
  const me = useSelf();
  if (member.userId === me.id) return <span className="w-1 shrink-0" />;

  const active = !room.archivedAt;
  const isOwner = active && room.myRole === 'OWNER';
  const mayRemove = active && room.myRole !== 'MEMBER' && member.role !== 'OWNER';
  const select = (command: MemberCommand) => () => onCommand(command, member);
  const trigger = (
    <IconButton label={`Actions for ${member.user.name}`} size="sm" data-testid="member-menu">
      <EllipsisVertical />
    </IconButton>
  );
  return (
    <Menu trigger={trigger}>
      <MenuItem icon={MessageCircle} onSelect={select('message')}>
        Send a message
      </MenuItem>
      {isOwner && member.role === 'MEMBER' && (
        <MenuItem icon={Shield} onSelect={select('makeAdmin')}>
          Make admin
        </MenuItem>
      )}
      {isOwner && member.role === 'ADMIN' && (
        <MenuItem icon={ShieldOff} onSelect={select('makeMember')}>
          Make member
        </MenuItem>
      )}
      {isOwner && (
        <MenuItem icon={Crown} onSelect={select('handOver')}>
          Hand over ownership
        </MenuItem>
      )}
      {mayRemove && (
        <>
          <MenuSeparator />
          <MenuItem icon={UserMinus} danger onSelect={select('remove')}>
            Remove from room
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
