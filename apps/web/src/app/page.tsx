import { ChatApp } from '@/features/workspace/chat-app';
import { serverUrl } from '@/lib/env';

/** Rendered for each request, so that the address of the server is that of the running app, not of its build. */
export const dynamic = 'force-dynamic';

export default function Page() {
  return <ChatApp serverUrl={serverUrl()} />;
}
