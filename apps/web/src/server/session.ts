import { decodeJwt } from 'jose';
import type { Session } from '@/features/session/session.store';
import { getChatToken } from './auth';

/** Who is signed in, by their token; null when nobody is. Throws what `getChatToken` throws. */
export async function getSession(): Promise<Session | null> {
  const token = await getChatToken();
  return token === null ? null : sessionOf(token);
}

/** Read, not verified: the token comes from this app, and verifying is the chat server's part. */
export function sessionOf(token: string): Session {
  const { sub, name } = decodeJwt(token);
  const userId = Number(sub);
  if (!Number.isSafeInteger(userId) || userId <= 0) throw new Error('A chat token needs the user id as its sub');
  return { userId, name: typeof name === 'string' && name ? name : `User ${userId}` };
}
