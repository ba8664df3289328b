'use client';

import { useUnsent } from '@dream-studio/sdk/react';
import { CircleAlert } from 'lucide-react';

interface UnsentElsewhereProps {
  openRoomId: number | null;
  onOpen: (roomId: number) => void;
}

/** The way to messages that were refused, in rooms that are not open: some may not be in the list any more. */
export function UnsentElsewhere({ openRoomId, onOpen }: UnsentElsewhereProps) {
  const failed = useUnsent().filter(({ status, roomId }) => status === 'failed' && roomId !== openRoomId);
  const [first] = failed;
  if (!first) return null;
  return (
    <button
      type="button"
      onClick={() => onOpen(first.roomId)}
      data-testid="unsent-elsewhere"
      className="mx-2 mb-2 flex items-center gap-2 rounded-xl bg-danger-soft px-3 py-2 text-left text-[13px] text-danger"
    >
      <CircleAlert aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="min-w-0 flex-1">
        {failed.length === 1 ? 'A message was not sent.' : `${failed.length} messages were not sent.`}
      </span>
      <span className="font-semibold">Show</span>
    </button>
  );
}
