'use client';

import type { Room, User } from '@dream-studio/sdk';
import { useEffect, useMemo } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { formatCount } from '@/lib/format';
import { useAction } from '@/lib/use-action';
import { Dialog } from '@/ui/dialog';
import { InlineError } from '@/ui/field';
import { MemberRow } from './member-row';
import { PersonPicker } from './person-picker';
import { useMembers } from './use-members';

interface MembersDialogProps {
  room: Room;
  open: boolean;
  onClose: () => void;
}

/** Who is in a room; its owner and admins invite and remove people here. */
export function MembersDialog({ room, open, onClose }: MembersDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Members" description={formatCount(room.memberCount, 'member')}>
      <MembersPanel room={room} />
    </Dialog>
  );
}

function MembersPanel({ room }: { room: Room }) {
  const { members, report } = useWorkspace();
  const list = useMembers(room.id);
  const ids = useMemo(() => new Set(list.map((member) => member.userId)), [list]);
  const { busy, error, run } = useAction();
  const mayInvite = room.myRole !== 'MEMBER' && room.type === 'GROUP' && !room.archivedAt;

  useEffect(() => {
    members.load(room.id).catch(report);
  }, [members, room.id, report]);

  const invite = (user: User) => run(() => members.add(room.id, [user.id]));

  return (
    <div data-testid="members-dialog">
      {mayInvite && <PersonPicker label="Invite people" onPick={invite} excludedIds={ids} disabled={busy} />}
      <InlineError>{error}</InlineError>
      {mayInvite && <h3 className="mt-5 mb-1 text-sm font-medium text-ink">In this room</h3>}
      <ul aria-label="Members" className="-mx-2">
        {list.map((member) => (
          <MemberRow key={member.userId} member={member} room={room} run={run} />
        ))}
      </ul>
    </div>
  );
}
