/** Where tokens come from. At least one is needed for anything but anonymous calls. */
export interface TokenOptions {
  /** A token that is used until it is refused. */
  token?: string;
  /** Asked for a new token at each connect, and when the present one has run out. */
  getToken?: () => string | Promise<string>;
}

export interface Tokens {
  /** The token in hand; a new one if that has expired by this machine's clock and `getToken` was given. */
  current(): Promise<string | undefined>;
  /** A new token if `getToken` was given, else the token in hand. */
  fresh(): Promise<string | undefined>;
  readonly renewable: boolean;
  /** The user the token in hand is about. */
  readonly userId: number | undefined;
}

/** Tokens this close to their end are not worth sending. */
const SPARE_MS = 5_000;

interface Claims {
  userId: number | undefined;
  expiresAt: number;
}

/** Reads, and does not verify, a JWT: verifying is the server's part. */
const readClaims = (token: string): Claims => {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')));
    const userId = Number(claims.sub);
    return {
      userId: Number.isSafeInteger(userId) && userId > 0 ? userId : undefined,
      expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : Number.POSITIVE_INFINITY,
    };
  } catch {
    return { userId: undefined, expiresAt: Number.POSITIVE_INFINITY };
  }
};

export const createTokens = ({ token, getToken }: TokenOptions): Tokens => {
  let held = token;
  let claims = held === undefined ? undefined : readClaims(held);
  let pending: Promise<string> | undefined;

  const fresh = async () => {
    if (!getToken) return held;
    // One question at a time: a page of calls that start together shares the answer.
    pending ??= Promise.resolve()
      .then(getToken)
      .finally(() => {
        pending = undefined;
      });
    held = await pending;
    claims = readClaims(held);
    return held;
  };

  return {
    fresh,
    current: async () => {
      const usable = held !== undefined && claims !== undefined && claims.expiresAt > Date.now() + SPARE_MS;
      return usable ? held : fresh();
    },
    renewable: getToken !== undefined,
    get userId() {
      return claims?.userId;
    },
  };
};
