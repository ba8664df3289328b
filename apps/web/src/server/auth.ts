import { cookies } from 'next/headers';
import { demoLogin } from '@/lib/env';
import { readDemoName } from './demo-cookie';
import { demoToken } from './demo-login';

/**
 * A token for the chat server, about who is signed in with this request; null when nobody is. The one seam between the
 * chat and the app around it: put the host app's own session here, in place of the demo's, and nothing else changes.
 *
 * The token is a JWT that the chat server verifies (`sub`: the user's id, `name`, `exp`). It may be short-lived, as the
 * browser asks for a new one when it runs out. Throws {@link ChatServerUnavailable} when there is no telling now.
 */
export async function getChatToken(): Promise<string | null> {
  const login = demoLogin();
  const name = login.mode === 'off' ? null : readDemoName(await cookies());
  return login.mode === 'off' || name === null ? null : demoToken(login, name);
}
