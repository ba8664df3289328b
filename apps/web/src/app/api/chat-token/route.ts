import { answer, refuse, refuseUnavailable } from '@/server/api';
import { getChatToken } from '@/server/auth';
import { sessionOf } from '@/server/session';

/** `{ token, userId }` for the browser's connection to the chat server; 401 when nobody is signed in. */
export async function GET(): Promise<Response> {
  try {
    const token = await getChatToken();
    if (token === null) return refuse('UNAUTHENTICATED', 'You are signed out');
    return answer({ token, userId: sessionOf(token).userId });
  } catch (error) {
    return refuseUnavailable(error);
  }
}
