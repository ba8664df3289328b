'use client';

import { BOUNDS, type Room } from '@dream-studio/sdk';
import { useChatClient, useMembers } from '@dream-studio/sdk/react';
import { type FormEvent, useState } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Dialog } from '@/ui/dialog';
import { InlineError, TextField } from '@/ui/field';
import { leaveText } from './leave-text';

interface RoomDialogProps {
  room: Room;
  open: boolean;
  onClose: () => void;
}

export function RenameDialog({ room, open, onClose }: RoomDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Rename room">
      <RenameForm room={room} onDone={onClose} />
    </Dialog>
  );
}

function RenameForm({ room, onDone }: { room: Room; onDone: () => void }) {
  const chat = useChatClient();
  const [name, setName] = useState(room.name);
  const { busy, error, run } = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      await chat.rooms.update({ roomId: room.id, name });
      onDone();
    });
  };

  return (
    <form onSubmit={submit} data-testid="rename-dialog">
      <TextField
        label="Name"
        maxLength={BOUNDS.roomNameMaxLength}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        data-testid="new-name"
      />
      <InlineError>{error}</InlineError>
      <div className="mt-4 flex justify-end">
        <Button type="submit" busy={busy} disabled={!name.trim() || name === room.name} data-testid="rename-submit">
          Rename
        </Button>
      </div>
    </form>
  );
}

export function ArchiveDialog({ room, open, onClose }: RoomDialogProps) {
  const chat = useChatClient();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Archive ${room.name}?`}
      description="Everyone can still read it, and nobody can write in it any more."
      action="Archive"
      onConfirm={() => chat.rooms.archive({ roomId: room.id })}
    />
  );
}

export function LeaveDialog({ room, open, onClose, onLeft }: RoomDialogProps & { onLeft: () => void }) {
  const chat = useChatClient();
  const me = useSelf();
  const members = useMembers(room.id);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Leave ${room.name}?`}
      description={leaveText(room, members, me.id)}
      action="Leave room"
      onConfirm={async () => {
        await chat.members.remove({ roomId: room.id, userId: me.id });
        onLeft();
      }}
    />
  );
}
