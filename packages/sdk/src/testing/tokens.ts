import { TIMES, type User } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import { fail } from './failure.js';
import { type State, userRow } from './state.js';

/** Who is calling, as the token says. */
export interface Identity {
  readonly userId: number;
  /** Milliseconds since the epoch, by the double's clock. */
  readonly expiresAt: number;
}

/** Makes tokens and knows them again. They look like JWTs, so that clients can read them; nothing is signed. */
export interface Tokens {
  /** A token of a user, whose row is made or refreshed. */
  issue(user: Pick<User, 'id' | 'name'> & Partial<User>): string;
  /** Throws `UNAUTHENTICATED` for any token that was not made here or is over. */
  verify(token: string): Identity;
  /** Ends all tokens of a user now, without the usual tolerance. */
  expire(userId: number): void;
}

const LIFE_MS = 12 * 60 * 60_000;

export function createTokens(state: State, clock: Clock): Tokens {
  const issued = new Map<string, { userId: number; expiresAt: number; acceptedUntil: number }>();
  return {
    issue({ id, name, picture = null }) {
      Object.assign(userRow(state, id), { name, picture });
      // What clients read is in their own time: with a clock that stands still they must not think it is over.
      const exp = Math.floor((Date.now() + LIFE_MS) / 1000);
      const claims = { sub: String(id), name, ...(picture && { picture }), exp, jti: String(state.nextId('token')) };
      const token = [{ alg: 'none' }, claims].map(encode).join('.').concat('.unsigned');
      const expiresAt = clock.now() + LIFE_MS;
      issued.set(token, { userId: id, expiresAt, acceptedUntil: expiresAt + TIMES.tokenLeewayMs });
      return token;
    },
    verify(token) {
      const known = issued.get(token);
      if (!known || known.acceptedUntil <= clock.now()) fail('UNAUTHENTICATED', 'Invalid token');
      return { userId: known.userId, expiresAt: known.expiresAt };
    },
    expire(userId) {
      for (const token of issued.values()) {
        if (token.userId === userId) token.acceptedUntil = Math.min(token.acceptedUntil, clock.now());
      }
    },
  };
}

const encode = (value: object): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
