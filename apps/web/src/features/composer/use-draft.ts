'use client';

import { useCallback, useMemo, useState } from 'react';
import { createDrafts } from './drafts';

/** The draft of a room, kept in this browser as it is written. */
export function useDraft(userId: number, roomId: number): [string, (text: string) => void] {
  const drafts = useMemo(() => createDrafts(localStorage, userId), [userId]);
  const [draft, setDraft] = useState(() => drafts.read(roomId));
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      drafts.write(roomId, text);
    },
    [drafts, roomId],
  );
  return [draft, change];
}
