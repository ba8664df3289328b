'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';
import { onSessionChange, type Session, sessionEnd } from '@/features/session/session.store';
import { SignIn } from '@/features/session/sign-in';
import { SignInByName } from '@/features/session/sign-in-by-name';
import { useStore } from '@/lib/store';
import { Toaster } from '@/ui/toaster';
import { WorkspaceProvider } from './workspace-context';
import { WorkspaceView } from './workspace-view';

interface ChatAppProps {
  serverUrl: string;
  /** Who is signed in, as the page was rendered. */
  session: Session | null;
  /** Whether people sign in here, by a name. */
  signInByName: boolean;
}

/** The page: the form for signing in, or the chat. */
export function ChatApp({ serverUrl, session, signInByName }: ChatAppProps) {
  const router = useRouter();
  const [refreshing, startTransition] = useTransition();
  useEffect(() => onSessionChange(() => startTransition(() => router.refresh())), [router]);
  const ended = useStore(sessionEnd, (end) => end !== null);

  return (
    <SignInByName value={signInByName}>
      {session && !ended ? (
        <WorkspaceProvider key={session.userId} serverUrl={serverUrl} session={session}>
          <WorkspaceView />
        </WorkspaceProvider>
      ) : (
        <SignIn byName={signInByName} busy={refreshing} />
      )}
      <Toaster />
    </SignInByName>
  );
}
