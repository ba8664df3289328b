import { ChatApp } from '@/features/workspace/chat-app';
import { demoLogin, serverUrl } from '@/lib/env';
import { ChatServerUnavailable } from '@/server/chat-server-unavailable';
import { getSession } from '@/server/session';
import { Unreachable } from './unreachable';

export default async function Page() {
  try {
    const session = await getSession();
    return <ChatApp serverUrl={serverUrl()} session={session} signInByName={demoLogin().mode !== 'off'} />;
  } catch (error) {
    if (error instanceof ChatServerUnavailable) return <Unreachable reason={error.message} />;
    throw error;
  }
}
