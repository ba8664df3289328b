'use client';

import { BOUNDS, type Room } from '@dream-studio/sdk';
import { type FormEvent, useState } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { useAction } from '@/lib/use-action';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Dialog } from '@/ui/dialog';
import { InlineError, TextField } from '@/ui/field';

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
  const { rooms } = useWorkspace();
  const [name, setName] = useState(room.name);
  const { busy, error, run } = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      await rooms.rename(room.id, name);
      onDone();
    });
  };

  return (
    <form onSubmit={submit}>
      <TextField
        label="Name"
        maxLength={BOUNDS.roomNameMaxLength}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <InlineError>{error}</InlineError>
      <div className="mt-4 flex justify-end">
        <Button type="submit" busy={busy} disabled={!name.trim()}>
          Rename
        </Button>
      </div>
    </form>
  );
}

export function ArchiveDialog({ room, open, onClose }: RoomDialogProps) {
  const { rooms } = useWorkspace();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Archive ${room.name}?`}
      description="Everyone can still read it, and nobody can write in it any more."
      action="Archive"
      onConfirm={() => rooms.archive(room.id)}
    />
  );
}

export function LeaveDialog({ room, open, onClose, onLeft }: RoomDialogProps & { onLeft: () => void }) {
  const { rooms } = useWorkspace();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Leave ${room.name}?`}
      description="You can come back when someone invites you again."
      action="Leave room"
      onConfirm={async () => {
        await rooms.leave(room.id);
        onLeft();
      }}
    />
  );
}
