'use client';

import { useRoomSnapshot } from '@dream-studio/sdk/react';
import { Hourglass } from 'lucide-react';
import { useSecondsUntil } from '@/lib/use-seconds-until';

/** While messages wait for the limit on sends: that they do, and for how long. */
export function LimitNotice({ roomId }: { roomId: number }) {
  const limitedUntil = useRoomSnapshot((room) => room.limitedUntil, roomId);
  const waiting = useRoomSnapshot((room) => {
    const sent = room.messages.findLastIndex(({ id }) => id !== null);
    return room.messages.slice(sent + 1).filter(({ status }) => status === 'queued').length;
  }, roomId);
  const seconds = useSecondsUntil(limitedUntil);
  if (limitedUntil === null) return null;
  const when = seconds > 0 ? `in ${seconds} s` : 'now';
  const what = waiting > 1 ? `Your ${waiting} messages go out` : 'Your message goes out';
  return (
    <div
      data-testid="limit-notice"
      className="mb-2 flex animate-rise items-center gap-2.5 rounded-xl bg-warn-soft px-3.5 py-2 text-[13px] font-medium text-warn-ink"
    >
      <Hourglass aria-hidden="true" className="size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap justify-between gap-x-3">
        <p role="status">
          You are sending fast.
          <span className="sr-only"> What you send waits a moment.</span>
        </p>
        {/* Not read out each second. */}
        {waiting > 0 && (
          <p aria-hidden="true" className="tabular-nums">
            {what} {when}.
          </p>
        )}
      </div>
    </div>
  );
}
