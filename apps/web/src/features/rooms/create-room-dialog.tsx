'use client';

import { BOUNDS } from '@dream-studio/sdk';
import { useChatClient } from '@dream-studio/sdk/react';
import { type FormEvent, useState } from 'react';
import { PickPeople, usePickedPeople } from '@/features/members/picked-people';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { InlineError, TextField } from '@/ui/field';

interface CreateRoomDialogProps {
  open: boolean;
  onClose: () => void;
  onCreated: (roomId: number) => void;
}

export function CreateRoomDialog({ open, onClose, onCreated }: CreateRoomDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="New room" description="A place for a team, a topic or a plan.">
      <CreateRoomForm onCreated={onCreated} />
    </Dialog>
  );
}

function CreateRoomForm({ onCreated }: Pick<CreateRoomDialogProps, 'onCreated'>) {
  const chat = useChatClient();
  const [name, setName] = useState('');
  const picked = usePickedPeople();
  const { busy, error, run } = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => onCreated((await chat.rooms.create({ name, memberIds: picked.ids })).id));
  };

  return (
    <form onSubmit={submit} data-testid="create-room-dialog">
      <TextField
        label="Name"
        placeholder="Design review"
        maxLength={BOUNDS.roomNameMaxLength}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        data-testid="room-name"
      />
      <div className="mt-4">
        <PickPeople label="Invite people (optional)" picked={picked} />
      </div>
      <InlineError>{error}</InlineError>
      <div className="mt-4 flex justify-end">
        <Button type="submit" busy={busy} disabled={!name.trim()} data-testid="create-room-submit">
          Create room
        </Button>
      </div>
    </form>
  );
}
