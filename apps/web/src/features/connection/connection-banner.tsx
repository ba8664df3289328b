'use client';

import type { ConnectionState } from '@dream-studio/sdk';
import { useChatConnection } from '@dream-studio/sdk/react';
import { LogOut, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Spinner } from '@/ui/spinner';

/** Short breaks are nobody's business. */
const QUIET_MS = 800;

const TEXTS = {
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Reconnecting…',
  offline: 'You are offline. What you write is sent when you are back.',
  unauthorized: 'You are signed out.',
};

/** Says so when there has been no connection for a moment. */
export function ConnectionBanner() {
  const state = useChatConnection();
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
        <p className="flex animate-fade items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-[13px] font-medium text-warn-ink">
          <StateIcon state={state} />
          {TEXTS[state]}
        </p>
      )}
    </div>
  );
}

const ICON = 'size-3.5 shrink-0';

/** A spinner where something is under way. */
function StateIcon({ state }: { state: ConnectionState }) {
  if (state === 'offline') return <WifiOff aria-hidden="true" className={ICON} />;
  if (state === 'unauthorized') return <LogOut aria-hidden="true" className={ICON} />;
  return <Spinner className={ICON} />;
}
