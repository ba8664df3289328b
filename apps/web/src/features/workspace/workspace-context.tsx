'use client';

import { type ChatClient, createChatClient, type User } from '@dream-studio/sdk';
import { ChatClientProvider, useChatConnection } from '@dream-studio/sdk/react';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { createGetToken } from '@/features/session/chat-token';
import { endSession, type Session } from '@/features/session/session.store';

const SelfContext = createContext<User | null>(null);

/** Who is signed in here; throws outside of `ClientProvider`. */
export function useSelf(): User {
  const me = useContext(SelfContext);
  if (!me) throw new Error('useSelf is for components inside ClientProvider');
  return me;
}

const sessionOver = () => void endSession('Your session has ended. Please sign in again.');

interface WorkspaceProviderProps {
  serverUrl: string;
  session: Session;
  children: ReactNode;
}

/** Makes the one SDK client of the page. Another user needs another provider: give it a `key`. */
export function WorkspaceProvider({ serverUrl, session, children }: WorkspaceProviderProps) {
  const [chat] = useState(() => createChatClient({ url: serverUrl, getToken: createGetToken(session, sessionOver) }));
  const { userId, name } = session;
  const me = useMemo(() => ({ id: userId, name, picture: null }), [userId, name]);
  return (
    <ClientProvider client={chat} me={me}>
      <EndWithToken />
      {children}
    </ClientProvider>
  );
}

interface ClientProviderProps {
  client: ChatClient;
  /** Whom the client signs in as. */
  me: User;
  children: ReactNode;
}

/** What the chat's components need around them: a client, and who it is for. */
export function ClientProvider({ client, me, children }: ClientProviderProps) {
  return (
    <SelfContext value={me}>
      <ChatClientProvider client={client}>{children}</ChatClientProvider>
    </SelfContext>
  );
}

/** Signs out when the server refuses the token for good. */
function EndWithToken() {
  const unauthorized = useChatConnection() === 'unauthorized';
  useEffect(() => {
    if (unauthorized) sessionOver();
  }, [unauthorized]);
  return null;
}
