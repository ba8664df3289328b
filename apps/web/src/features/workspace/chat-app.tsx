'use client';

import { useSyncExternalStore } from 'react';
import { sessionStore } from '@/features/session/session.store';
import { SignIn } from '@/features/session/sign-in';
import { Logo } from '@/ui/logo';
import { Toaster } from '@/ui/toaster';
import { WorkspaceProvider } from './workspace-context';
import { WorkspaceView } from './workspace-view';

/** The page: the form for signing in, or the chat. */
export function ChatApp({ serverUrl }: { serverUrl: string }) {
  // The server cannot know the session: it renders the splash.
  const session = useSyncExternalStore(sessionStore.subscribe, sessionStore.get, () => undefined);
  return (
    <>
      {session === undefined && <Splash />}
      {session === null && <SignIn serverUrl={serverUrl} />}
      {session && (
        <WorkspaceProvider key={session.token} serverUrl={serverUrl} session={session} fallback={<Splash />}>
          <WorkspaceView />
        </WorkspaceProvider>
      )}
      <Toaster />
    </>
  );
}

function Splash() {
  return (
    <main aria-busy="true" aria-label="Loading" className="flex h-dvh items-center justify-center bg-panel">
      <Logo className="size-12 animate-pulse" />
    </main>
  );
}
