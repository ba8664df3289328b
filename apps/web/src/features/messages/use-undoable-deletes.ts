'use client';

import { useRoom } from '@dream-studio/sdk/react';
import { useCallback, useEffect, useState } from 'react';
import { errorText } from '@/lib/errors';
import { useStore } from '@/lib/store';
import { showToast } from '@/ui/toaster';
import { createUndoableDeletes } from './undoable-deletes';

const UNDO_MS = 5_000;

/** Deletes messages of a room with an offer to undo. Leaving the room or the page carries out what waits. */
export function useUndoableDeletes(roomId: number) {
  const room = useRoom(roomId);
  const [{ deletes, toasts }] = useState(() => ({
    toasts: new Set<() => void>(),
    deletes: createUndoableDeletes({
      waitMs: UNDO_MS,
      remove: (messageId) => room.delete(messageId),
      onError: (error) => showToast(errorText(error), 'error'),
    }),
  }));

  useEffect(() => {
    const leave = () => {
      deletes.flush();
      for (const dismiss of toasts) dismiss();
      toasts.clear();
    };
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [deletes, toasts]);

  const remove = useCallback(
    (messageId: number) => {
      deletes.schedule(messageId);
      const action = { label: 'Undo', onSelect: () => deletes.undo(messageId) };
      toasts.add(showToast('Message deleted.', { action, shownMs: UNDO_MS }));
    },
    [deletes, toasts],
  );
  return { hidden: useStore(deletes.hidden, (ids) => ids), remove };
}
