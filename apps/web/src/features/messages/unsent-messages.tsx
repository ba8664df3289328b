'use client';

import { useMessages, useRoom } from '@dream-studio/sdk/react';
import { useMemo, useState } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { MessageRow } from './message-row';
import { createTimeline } from './timeline';
import { useCommands } from './use-commands';

const keepFocus = () => {};

/** What was written in a room that cannot be shown now, or any more: it waits to be sent, or was refused. */
export function UnsentMessages() {
  const room = useRoom();
  const me = useSelf();
  const { messages } = useMessages();
  const [build] = useState(createTimeline);
  const { commands } = useCommands(room.id, keepFocus);
  const rights = useMemo(() => ({ userId: me.id, writable: false, moderator: false }), [me.id]);
  const rows = build(
    messages.filter(({ id }) => id === null),
    { hasOlder: false },
  );
  if (rows.length === 0) return null;
  return (
    <section
      aria-label="Messages that are not sent"
      data-testid="unsent"
      className="mx-auto w-full max-w-3xl shrink-0 px-4 pb-6 sm:px-6"
    >
      {rows.map(
        (row) =>
          row.kind === 'message' && (
            <MessageRow key={row.key} row={row} rights={rights} commands={commands} editing={false} deleted={false} />
          ),
      )}
    </section>
  );
}
