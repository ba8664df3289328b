'use client';

import { createChatClient } from '@dream-studio/sdk';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { createGetToken } from '@/features/session/chat-token';
import { endSession, type Session } from '@/features/session/session.store';
import { createWorkspace, type Workspace } from './workspace';

const WorkspaceContext = createContext<Workspace | null>(null);

/** The signed-in user's workspace; throws outside of its provider. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('useWorkspace is for components inside WorkspaceProvider');
  return workspace;
}

interface WorkspaceProviderProps {
  serverUrl: string;
  session: Session;
  children: ReactNode;
  /** Shown until the workspace is there. */
  fallback: ReactNode;
}

/** Makes the one SDK client of the page, connects it, and closes it with the session. */
export function WorkspaceProvider({ serverUrl, session, children, fallback }: WorkspaceProviderProps) {
  const [workspace, setWorkspace] = useState<Workspace | null>(null);
  const { userId, name } = session; // The page may be rendered anew for the same user.

  useEffect(() => {
    const onUnauthorized = () => void endSession('Your session has ended. Please sign in again.');
    const getToken = createGetToken({ userId, name }, onUnauthorized);
    const chat = createChatClient({ url: serverUrl, getToken });
    const created = createWorkspace(chat, { id: userId, name, picture: null }, onUnauthorized);
    setWorkspace(created);
    return created.start();
  }, [serverUrl, userId, name]);

  return workspace ? <WorkspaceContext value={workspace}>{children}</WorkspaceContext> : fallback;
}
