'use client';

import type { Member, Room } from '@dream-studio/sdk';
import { useChatClient } from '@dream-studio/sdk/react';
import { UserPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import { report } from '@/features/workspace/report';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { InlineError } from '@/ui/field';
import { InviteDialog } from './invite-dialog';
import { HandOverDialog, RemoveMemberDialog } from './member-dialogs';
import type { MemberCommand } from './member-menu';
import { MembersList } from './members-list';
import { mayInvite } from './permissions';

interface MembersContentProps {
  room: Room;
  onOpenRoom: (roomId: number) => void;
  className?: string;
}

interface Asked {
  command: MemberCommand;
  member: Member;
}

/** The members of a room and what can be done about them: the inside of the panel and of the dialog. */
export function MembersContent({ room, onOpenRoom, className }: MembersContentProps) {
  const chat = useChatClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [inviting, setInviting] = useState(false);
  const [busyUserId, setBusyUserId] = useState<number | null>(null);
  const { error, run } = useAction();
  const frame = useRef<HTMLDivElement>(null);

  const setRole = async ({ userId }: Member, role: Member['role']) => {
    setBusyUserId(userId);
    await run(() => chat.members.setRole({ roomId: room.id, userId, role }));
    setBusyUserId(null);
  };
  const message = ({ userId }: Member) => chat.rooms.direct({ userId }).then(({ id }) => onOpenRoom(id), report);

  const onCommand = (command: MemberCommand, member: Member) => {
    if (command === 'message') void message(member);
    else if (command === 'makeAdmin') void setRole(member, 'ADMIN');
    else if (command === 'makeMember') void setRole(member, 'MEMBER');
    else setAsked({ command, member });
  };
  const dialogProps = (command: MemberCommand) => ({
    room,
    member: asked?.command === command ? asked.member : null,
    onClose: () => setAsked(null),
    onFocusLost: () => frame.current?.focus(),
  });

  return (
    <div ref={frame} tabIndex={-1} className={cx('flex min-h-0 flex-col outline-none', className)}>
      {mayInvite(room) && (
        <Button
          variant="soft"
          onClick={() => setInviting(true)}
          data-testid="invite"
          className="mx-3 mb-3 justify-start"
        >
          <UserPlus aria-hidden="true" className="size-4" />
          Invite people
        </Button>
      )}
      {error && (
        <div className="px-3 pb-2">
          <InlineError>{error}</InlineError>
        </div>
      )}
      <MembersList room={room} busyUserId={busyUserId} onCommand={onCommand} />
      <InviteDialog room={room} open={inviting} onClose={() => setInviting(false)} />
      <RemoveMemberDialog {...dialogProps('remove')} />
      <HandOverDialog {...dialogProps('handOver')} />
    </div>
  );
}
