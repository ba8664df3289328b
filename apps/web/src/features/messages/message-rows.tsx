'use client';

import type { Message, Room } from '@dream-studio/sdk';
import { useCallback, useState } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { DaySeparator } from './day-separator';
import { MessageRow } from './message-row';
import type { TimelineRow } from './timeline';

interface MessageRowsProps {
  room: Room;
  rows: readonly TimelineRow[];
  /** A message was edited or deleted, or not after all: what had the focus is gone. */
  onChanged: () => void;
}

/** The messages themselves: one of them may be in editing, or about to be deleted. */
export function MessageRows({ room, rows, onChanged }: MessageRowsProps) {
  const { messages } = useWorkspace();
  const [editingId, setEditingId] = useState<number | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const stopEditing = useCallback(() => {
    setEditingId(null);
    onChanged();
  }, [onChanged]);
  return (
    <>
      <div role="log" aria-label={`Messages in ${room.name}`} data-testid="messages">
        {rows.map((row) =>
          row.kind === 'day' ? (
            <DaySeparator key={row.key} date={row.date} />
          ) : (
            <MessageRow
              key={row.key}
              row={row}
              room={room}
              editing={row.message !== undefined && row.message.id === editingId}
              onEdit={setEditingId}
              onEditEnd={stopEditing}
              onDelete={setDeleting}
            />
          ),
        )}
      </div>
      <ConfirmDialog
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        title="Delete this message?"
        description="It disappears for everyone in the room. This cannot be undone."
        action="Delete"
        onConfirm={async () => deleting && messages.remove(deleting)}
        onFocusLost={onChanged}
      >
        {deleting && (
          <p className="line-clamp-3 rounded-lg border border-line bg-canvas px-3 py-2 text-sm break-words text-ink-soft">
            {deleting.content}
          </p>
        )}
      </ConfirmDialog>
    </>
  );
}
