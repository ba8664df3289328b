'use client';

import type { User } from '@dream-studio/sdk';
import { useChatClient } from '@dream-studio/sdk/react';
import { PersonPicker } from '@/features/members/person-picker';
import { useAction } from '@/lib/use-action';
import { Dialog } from '@/ui/dialog';
import { InlineError } from '@/ui/field';

interface NewDirectDialogProps {
  open: boolean;
  onClose: () => void;
  onStarted: (roomId: number) => void;
}

/** Finds someone to talk to; an existing conversation with them is opened again. */
export function NewDirectDialog({ open, onClose, onStarted }: NewDirectDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New direct message"
      description="A conversation between the two of you."
    >
      <NewDirectForm onStarted={onStarted} />
    </Dialog>
  );
}

function NewDirectForm({ onStarted }: Pick<NewDirectDialogProps, 'onStarted'>) {
  const chat = useChatClient();
  const { busy, error, run } = useAction();

  const start = (user: User) => run(async () => onStarted((await chat.rooms.direct({ userId: user.id })).id));

  return (
    <div data-testid="new-direct-dialog">
      <PersonPicker label="To" onPick={start} disabled={busy} />
      <InlineError>{error}</InlineError>
    </div>
  );
}
