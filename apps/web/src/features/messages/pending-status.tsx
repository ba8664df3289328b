'use client';

import { CircleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import type { PendingMessage } from './messages.reducer';

interface PendingStatusProps {
  roomId: number;
  pending: PendingMessage;
}

/** Under a message on its way: that it is being sent, or why it was not and what can be done. */
export function PendingStatus({ roomId, pending }: PendingStatusProps) {
  if (pending.status === 'sending') return <p className="mt-1 px-1 text-xs text-ink-faint">Sending…</p>;
  return <FailedStatus roomId={roomId} pending={pending} />;
}

function FailedStatus({ roomId, pending }: PendingStatusProps) {
  const { messages } = useWorkspace();
  const seconds = useSecondsUntil(pending.retryAt);
  return (
    <div data-testid="send-failed" className="mt-1 flex flex-wrap items-center justify-end gap-x-3 px-1 text-[13px]">
      <span role="alert" className="flex items-center gap-1.5 text-danger">
        <CircleAlert aria-hidden="true" className="size-3.5" />
        {pending.error}
      </span>
      <button
        type="button"
        disabled={seconds > 0}
        onClick={() => messages.retry(roomId, pending.clientId)}
        data-testid="retry-message"
        className="font-semibold text-brand-text hover:underline disabled:cursor-not-allowed disabled:text-ink-faint disabled:no-underline"
      >
        {seconds > 0 ? `Retry in ${seconds} s` : 'Retry'}
      </button>
      <button
        type="button"
        onClick={() => messages.discard(roomId, pending.clientId)}
        className="text-ink-soft hover:text-ink hover:underline"
      >
        Discard
      </button>
    </div>
  );
}

/** Whole seconds until an instant, counting down; 0 when it is past or there is none. */
function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(Date.now);
  const left = at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
  const waiting = left > 0;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [waiting]);
  return left;
}
