'use client';

import type { Room } from '@dream-studio/sdk';
import { useChatClient, useMembers } from '@dream-studio/sdk/react';
import { type FormEvent, useMemo } from 'react';
import { formatCount } from '@/lib/format';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { InlineError } from '@/ui/field';
import { PickPeople, usePickedPeople } from './picked-people';

interface InviteDialogProps {
  room: Room;
  open: boolean;
  onClose: () => void;
}

export function InviteDialog({ room, open, onClose }: InviteDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Invite people"
      description={`They join ${room.name} at once and can read what was said before.`}
    >
      <InviteForm room={room} onDone={onClose} />
    </Dialog>
  );
}

function InviteForm({ room, onDone }: { room: Room; onDone: () => void }) {
  const chat = useChatClient();
  const members = useMembers(room.id);
  const memberIds = useMemo(() => new Set(members.map((member) => member.userId)), [members]);
  const picked = usePickedPeople();
  const { busy, error, run } = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      await chat.members.add({ roomId: room.id, userIds: picked.ids });
      onDone();
    });
  };

  return (
    <form onSubmit={submit} data-testid="invite-dialog">
      <PickPeople label="People" picked={picked} excludedIds={memberIds} />
      <InlineError>{error}</InlineError>
      <div className="mt-4 flex justify-end">
        <Button type="submit" busy={busy} disabled={picked.ids.length === 0} data-testid="invite-submit">
          {picked.ids.length > 0 ? `Invite ${formatCount(picked.ids.length, 'person', 'people')}` : 'Invite'}
        </Button>
      </div>
    </form>
  );
}
