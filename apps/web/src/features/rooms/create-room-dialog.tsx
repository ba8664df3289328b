'use client';

import { BOUNDS, type User } from '@dream-studio/sdk';
import { X } from 'lucide-react';
import { type FormEvent, useMemo, useState } from 'react';
import { PersonPicker } from '@/features/members/person-picker';
import { useWorkspace } from '@/features/workspace/workspace-context';
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
  const { rooms } = useWorkspace();
  const [name, setName] = useState('');
  const [people, setPeople] = useState<readonly User[]>([]);
  const { busy, error, run } = useAction();
  const pickedIds = useMemo(() => new Set(people.map((user) => user.id)), [people]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => onCreated((await rooms.create(name, [...pickedIds])).id));
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
        <PersonPicker
          label="Invite people (optional)"
          excludedIds={pickedIds}
          onPick={(user) => setPeople((all) => [...all, user])}
        />
        <Picked people={people} onRemove={(id) => setPeople((all) => all.filter((user) => user.id !== id))} />
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

function Picked({ people, onRemove }: { people: readonly User[]; onRemove: (id: number) => void }) {
  if (people.length === 0) return null;
  return (
    <ul aria-label="To be invited" className="mt-1 flex flex-wrap gap-1.5">
      {people.map((user) => (
        <li
          key={user.id}
          className="flex max-w-full items-center gap-1 rounded-full bg-active py-1 pr-1 pl-3 text-[13px] font-medium text-ink"
        >
          <span className="truncate">{user.name}</span>
          <button
            type="button"
            aria-label={`Do not invite ${user.name}`}
            onClick={() => onRemove(user.id)}
            className="rounded-full p-1 text-ink-soft hover:bg-hover hover:text-ink"
          >
            <X aria-hidden="true" className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}
