'use client';

import { CloudOff } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Notice } from '@/ui/notice';

const RETRY_MS = 3_000;

/** In place of the chat while the chat server cannot say who is signed in; goes away by itself. */
export function Unreachable({ reason }: { reason: string }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), RETRY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return <UnreachableNotice reason={reason} />;
}

export function UnreachableNotice({ reason }: { reason: string }) {
  return (
    <main className="flex h-dvh bg-panel">
      <Notice icon={CloudOff} title={reason} role="status">
        Trying again every few seconds…
      </Notice>
    </main>
  );
}
