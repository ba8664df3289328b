'use client';

import type { Member, Room } from '@dream-studio/sdk';
import { EllipsisVertical, Shield, ShieldOff, UserMinus } from 'lucide-react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useStore } from '@/lib/store';
import type { RunAction } from '@/lib/use-action';
import { Avatar } from '@/ui/avatar';
import { IconButton } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';

interface MemberRowProps {
  member: Member;
  room: Room;
  run: RunAction;
}

const ROLES = { OWNER: 'Owner', ADMIN: 'Admin', MEMBER: null };

export function MemberRow({ member, room, run }: MemberRowProps) {
  const { me, presence } = useWorkspace();
  const online = useStore(presence.state, (state) => state.online.has(member.userId));
  const { name } = member.user;
  return (
    <li data-testid="member" data-user-id={member.userId} className="flex items-center gap-3 rounded-lg px-2 py-1.5">
      <Avatar id={member.userId} name={name} size="sm" online={online} />
      <span className="min-w-0 flex-1 truncate text-sm font-medium text-ink">
        {name}
        {member.userId === me.id && <span className="font-normal text-ink-faint"> (you)</span>}
        <span className="sr-only">{online ? ', online' : ', offline'}</span>
      </span>
      {ROLES[member.role] && (
        <span className="rounded-full bg-active px-2 py-0.5 text-xs font-medium text-ink-soft">
          {ROLES[member.role]}
        </span>
      )}
      <MemberMenu member={member} room={room} run={run} />
    </li>
  );
}

/** What this user may do about a member; nothing, and a gap as wide, for most. */
function MemberMenu({ member, room, run }: MemberRowProps) {
  const { me, members } = useWorkspace();
  const isOwner = room.myRole === 'OWNER';
  const mayRemove =
    room.type === 'GROUP' && room.myRole !== 'MEMBER' && member.userId !== me.id && member.role !== 'OWNER';
  if (!mayRemove || room.archivedAt) return <span className="size-8" />;

  const promote = member.role === 'MEMBER';
  const setRole = () => run(() => members.setRole(room.id, member.userId, promote ? 'ADMIN' : 'MEMBER'));
  const remove = () => run(() => members.remove(room.id, member.userId));
  const trigger = (
    <IconButton label={`Actions for ${member.user.name}`} size="sm">
      <EllipsisVertical />
    </IconButton>
  );
  return (
    <Menu trigger={trigger}>
      {isOwner && (
        <MenuItem icon={promote ? Shield : ShieldOff} onSelect={setRole}>
          {promote ? 'Make admin' : 'Make member'}
        </MenuItem>
      )}
      <MenuItem icon={UserMinus} danger onSelect={remove}>
        Remove from room
      </MenuItem>
    </Menu>
  );
}
