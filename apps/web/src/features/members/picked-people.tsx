'use client';

import type { User } from '@dream-studio/sdk';
import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { PersonPicker } from './person-picker';

/** People chosen one by one, to be invited together. */
export function usePickedPeople() {
  const [people, setPeople] = useState<readonly User[]>([]);
  const ids = useMemo(() => people.map((user) => user.id), [people]);
  return {
    people,
    ids,
    add: (user: User) => setPeople((all) => [...all, user]),
    remove: (id: number) => setPeople((all) => all.filter((user) => user.id !== id)),
  };
}

interface PickPeopleProps {
  label: string;
  picked: ReturnType<typeof usePickedPeople>;
  /** People not to be offered besides those picked. */
  excludedIds?: ReadonlySet<number>;
}

export function PickPeople({ label, picked, excludedIds }: PickPeopleProps) {
  const excluded = useMemo(() => new Set([...(excludedIds ?? []), ...picked.ids]), [excludedIds, picked.ids]);
  return (
    <>
      <Picked {...picked} />
      <PersonPicker label={label} excludedIds={excluded} onPick={picked.add} />
    </>
  );
}

function Picked({ people, remove }: ReturnType<typeof usePickedPeople>) {
  if (people.length === 0) return null;
  return (
    <ul aria-label="To be invited" className="mb-3 flex max-h-32 flex-wrap gap-1.5 overflow-y-auto">
      {people.map((user) => (
        <li
          key={user.id}
          className="flex max-w-full items-center gap-1 rounded-full bg-active py-1 pr-1 pl-3 text-[13px] font-medium text-ink"
        >
          <span className="truncate">{user.name}</span>
          <button
            type="button"
            aria-label={`Do not invite ${user.name}`}
            onClick={() => remove(user.id)}
            className="rounded-full p-1 text-ink-soft hover:bg-hover hover:text-ink"
          >
            <X aria-hidden="true" className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}
