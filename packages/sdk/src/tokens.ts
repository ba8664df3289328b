import type { User } from '@dream-studio/contracts';
import { within } from './call.js';
import { createStore, type Readable } from './store/readable.js';

/** Where tokens come from. At least one is needed for anything but anonymous calls. */
export interface TokenOptions {
  /** A token that is used until it is refused. */
  token?: string;
  /** Asked for a new token at each connect, and when the present one runs out. */
  getToken?: () => string | Promise<string>;
}

export interface Tokens {
  /** The token in hand; a new one if that has expired by this machine's clock and `getToken` was given. */
  current(): Promise<string | undefined>;
  /** A new token if `getToken` was given, else the token in hand. */
  fresh(): Promise<string | undefined>;
  readonly renewable: boolean;
  /** The user the token in hand is about. */
  readonly me: Readable<User | null>;
  readonly userId: number | undefined;
  /** Milliseconds since the epoch; infinite for a token without an end, or none. */
  readonly expiresAt: number;
}

/** Tokens this close to their end are not worth sending. */
const SPARE_MS = 5_000;

interface Claims {
  user: User | null;
  expiresAt: number;
}

const NO_CLAIMS: Claims = { user: null, expiresAt: Number.POSITIVE_INFINITY };

/** Base64url of UTF-8 to text. */
const decode = (text: string): string => {
  const bytes = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return decodeURIComponent(
    Array.from(bytes, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  );
};

/** Reads, and does not verify, a JWT: verifying is the server's part. */
const readClaims = (token: string): Claims => {
  try {
    const { sub, name, picture, exp } = JSON.parse(decode(token.split('.')[1] ?? ''));
    const id = Number(sub);
    const user = { id, name: String(name ?? `User ${sub}`), picture: typeof picture === 'string' ? picture : null };
    return {
      user: Number.isSafeInteger(id) && id > 0 ? user : null,
      expiresAt: typeof exp === 'number' ? exp * 1000 : NO_CLAIMS.expiresAt,
    };
  } catch {
    return NO_CLAIMS;
  }
};

const isSame = (a: User | null, b: User | null) => JSON.stringify(a) === JSON.stringify(b);

/** The app's answer takes its own server, at most. */
const TOKEN_MS = 10_000;

export const createTokens = ({ token, getToken }: TokenOptions): Tokens => {
  let held = token;
  let claims = held === undefined ? NO_CLAIMS : readClaims(held);
  let pending: Promise<string> | undefined;
  const me = createStore(claims.user);

  const fresh = async () => {
    if (!getToken) return held;
    // One question at a time: a page of calls that start together shares the answer.
    // One that never comes must not be waited for by all that follow.
    pending ??= within(Promise.resolve().then(getToken), { timeoutMs: TOKEN_MS }, 'There was no token in time').finally(
      () => {
        pending = undefined;
      },
    );
    held = await pending;
    claims = readClaims(held);
    me.set((before) => (isSame(before, claims.user) ? before : claims.user));
    return held;
  };

  return {
    fresh,
    current: async () => (held !== undefined && claims.expiresAt > Date.now() + SPARE_MS ? held : fresh()),
    renewable: getToken !== undefined,
    me,
    get userId() {
      return claims.user?.id;
    },
    get expiresAt() {
      return claims.expiresAt;
    },
  };
};
