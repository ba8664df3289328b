import type { Tokens } from './tokens.js';

/** A token is replaced this long before its end, or at half of what is left of a short one. */
const LEAD_MS = 60_000;
/** A longer timer fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** A token source that only has tokens at their end is not asked without pause. */
const PAUSE_MS = 1_000;

/**
 * Replaces the token of a live connection before it runs out, so that nobody notices. If that fails the server says
 * `auth:expired`, which is another chance, and then cuts the socket: the next connect asks for a token again.
 */
export const createTokenRenewal = (tokens: Tokens, refresh: (token: string) => Promise<unknown>) => {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = () => clearTimeout(timer);

  const renew = async () => {
    if (!tokens.renewable) return;
    try {
      const token = await tokens.fresh();
      if (token !== undefined) await refresh(token);
      start();
    } catch {}
  };

  const start = () => {
    stop();
    if (!tokens.renewable || !Number.isFinite(tokens.expiresAt)) return;
    const leftMs = tokens.expiresAt - Date.now();
    const dueMs = Math.max(PAUSE_MS, leftMs - Math.min(LEAD_MS, leftMs / 2));
    timer = dueMs > TIMER_MAX_MS ? setTimeout(start, TIMER_MAX_MS) : setTimeout(renew, dueMs);
  };

  return {
    /** Follows a new connection. */
    start,
    stop,
    /** The server says that the token has expired. */
    renew,
  };
};
