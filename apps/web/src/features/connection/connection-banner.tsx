'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { useWorkspace } from '@/features/workspace/workspace-context';
import { Spinner } from '@/ui/spinner';

/** Short breaks are nobody's business. */
const QUIET_MS = 800;

const TEXTS = {
  idle: 'Connecting…',
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Trying to reconnect…',
  unauthorized: 'You are signed out.',
  closed: 'Disconnected.',
};

export function useConnectionState() {
  const { chat } = useWorkspace();
  return useSyncExternalStore(
    chat.onStateChange,
    () => chat.state,
    () => 'idle' as const,
  );
}

/** Says so when there is no connection. */
export function ConnectionBanner() {
  const state = useConnectionState();
  const connected = state === 'connected';
  const [quiet, setQuiet] = useState(true);

  useEffect(() => {
    if (connected) return setQuiet(true);
    const timer = setTimeout(() => setQuiet(false), QUIET_MS);
    return () => clearTimeout(timer);
  }, [connected]);

  return (
    <div role="status" data-testid="connection-banner" data-state={state}>
      {!connected && !quiet && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-[13px] font-medium text-warn-ink">
          <Spinner className="size-3.5" />
          {TEXTS[state]}
        </p>
      )}
    </div>
  );
}
