import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import type { DemoLogin, SigningKey } from '@/lib/env';
import { ChatServerUnavailable } from './chat-server-unavailable';

/** Far from the ids that host apps give, as the chat server's own sign-in by name has it. */
const FIRST_ID = 9_000_000_000_000n;
const LAST_ID = BigInt(Number.MAX_SAFE_INTEGER);

/** Short, as the browser asks for a new one by itself; long enough not to ask all the time. */
const LIFETIME = '15m';
const PATIENCE_MS = 10_000;

/** A token for whoever gives the name; throws {@link ChatServerUnavailable} when it is the chat server's to make. */
export const demoToken = (login: Exclude<DemoLogin, { mode: 'off' }>, name: string): Promise<string> =>
  login.mode === 'on' ? mintToken(login, name) : askForToken(login.url, name);

/** The same name is the same user, ignoring case; the id of one name is that of no other but by a chance of 2^-53. */
export function demoUserId(name: string): number {
  const digest = createHash('sha256').update(name.normalize('NFKC').toLowerCase()).digest();
  return Number(FIRST_ID + (digest.readBigUInt64BE() % (LAST_ID - FIRST_ID + 1n)));
}

/** A token signed with the secret that this app shares with the chat server. */
export function mintToken({ secret, issuer, audience }: SigningKey, name: string): Promise<string> {
  const token = new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(demoUserId(name)))
    .setIssuedAt()
    .setExpirationTime(LIFETIME);
  if (issuer) token.setIssuer(issuer);
  if (audience) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}

/** A token of the chat server's own sign-in by name, which it does not have in production. */
async function askForToken(url: string, name: string): Promise<string> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
    cache: 'no-store' as const,
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  const answer = await fetch(new URL('/dev/login', url), request).then(readAnswer, () => null);
  if (typeof answer?.token === 'string') return answer.token;
  throw new ChatServerUnavailable(answer?.error?.message ?? 'The chat server cannot be reached');
}

interface Answer {
  token?: unknown;
  error?: { message?: string };
}

const readAnswer = (response: Response): Promise<Answer | null> => response.json().catch(() => null);
