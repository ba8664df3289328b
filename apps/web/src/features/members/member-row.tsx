'use client';

import type { Member, Room } from '@dream-studio/sdk';
import { useSelf } from '@/features/workspace/workspace-context';
import { formatAgo } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { Spinner } from '@/ui/spinner';
import { type MemberCommand, MemberMenu } from './member-menu';

interface MemberRowProps {
  member: Member;
  room: Room;
  online: boolean;
  /** null for someone never seen; undefined while not known. */
  lastSeenAt: string | null | undefined;
  /** A change of this member is under way. */
  busy: boolean;
  onCommand: (command: MemberCommand, member: Member) => void;
}

export const ROLE_NAMES = { OWNER: 'Owner', ADMIN: 'Admin', MEMBER: null };

export function MemberRow({ member, room, online, lastSeenAt, busy, onCommand }: MemberRowProps) {
  const me = useSelf();
  const { name } = member.user;
  const role = ROLE_NAMES[member.role];
  const status = online ? 'Online' : lastSeenAt ? `Last seen ${formatAgo(lastSeenAt)}` : 'Offline';
  return (
    <div
      data-testid="member"
      data-user-id={member.userId}
      className="flex h-full items-center gap-3 rounded-lg pr-1 pl-2 hover:bg-hover"
    >
      <Avatar id={member.userId} name={name} size="sm" online={online} className={online ? '' : 'saturate-50'} />
      <div className="min-w-0 flex-1 leading-snug">
        <p className="truncate text-sm font-medium text-ink" title={name}>
          {name}
        </p>
        <p data-testid="member-status" className="truncate text-xs text-ink-soft">
          {member.userId === me.id ? `You, ${status.toLowerCase()}` : status}
        </p>
      </div>
      {role && (
        <span
          data-testid="member-role"
          className="shrink-0 rounded-full bg-active px-2 py-0.5 text-xs font-medium text-ink"
        >
          {role}
        </span>
      )}
      {busy ? (
        <span role="status" aria-label={`Changing ${name}`} className="flex size-8 items-center justify-center">
          <Spinner className="size-4 text-ink-soft" />
        </span>
      ) : (
        <MemberMenu member={member} room={room} onCommand={onCommand} />
      )}
    </div>
  );
}
