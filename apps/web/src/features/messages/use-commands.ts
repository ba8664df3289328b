'use client';

import { useRoom } from '@dream-studio/sdk/react';
import { useMemo, useState } from 'react';
import { showToast } from '@/ui/toaster';
import type { MessageCommands } from './commands';
import { copyText } from './copy-text';
import { useUndoableDeletes } from './use-undoable-deletes';

/** The commands of a room's messages, and what they have set going. `onFocusLost`: what had the focus went away. */
export function useCommands(roomId: number, onFocusLost: () => void) {
  const room = useRoom(roomId);
  const [editingId, setEditingId] = useState<number | null>(null);
  const { hidden, remove } = useUndoableDeletes(roomId);
  const commands = useMemo<MessageCommands>(
    () => ({
      beginEdit: setEditingId,
      saveEdit: (messageId, content) => room.edit(messageId, content),
      endEdit() {
        setEditingId(null);
        onFocusLost();
      },
      remove(messageId) {
        remove(messageId);
        onFocusLost();
      },
      copy(text) {
        copyText(text).then(
          () => showToast('Copied.', { shownMs: 2_000 }),
          () => showToast('The browser does not allow copying.', 'error'),
        );
      },
      retry: (clientId) => room.retry(clientId),
      discard(clientId) {
        room.discard(clientId);
        onFocusLost();
      },
    }),
    [room, remove, onFocusLost],
  );
  return { commands, editingId, hidden };
}
