import type { Identity } from '../../core/context.js';
import { AppError } from '../../core/errors.js';

/** What keeps a user, or some of their tokens, out. */
export interface Standing {
  /** null for one who is not banned. */
  ban: Ban | null;
  /** Tokens that were not issued after this are refused; null takes all. Milliseconds since the epoch. */
  validFrom: number | null;
}

export interface Ban {
  reason: string | null;
  /** When it ends by itself, as it is told; null for never. */
  until: string | null;
  /** The same by this process's clock: milliseconds since the epoch, or infinite. */
  endsAt: number;
}

/** A change of a user's standing is carried over to what this node keeps: nobody who may not be here stays. */
export interface StandingListener {
  changed(userId: number, standing: Standing): void;
}

export const GOOD_STANDING: Standing = { ban: null, validFrom: null };

/**
 * Why the bearer of a token is kept out now: `UNAUTHENTICATED` for a revoked token, `FORBIDDEN` for a banned user; null for
 * one who may come. `iat` has whole seconds: a token of the second it was revoked in is older than that.
 */
export function refusalOf({ ban, validFrom }: Standing, { issuedAt }: Pick<Identity, 'issuedAt'>): AppError | null {
  if (validFrom !== null && !(issuedAt && issuedAt.getTime() > validFrom)) {
    return new AppError('UNAUTHENTICATED', 'Invalid token');
  }
  if (ban && Date.now() < ban.endsAt) {
    const until = ban.until ? ` until ${ban.until}` : '';
    return new AppError('FORBIDDEN', `You are banned${until}${ban.reason ? `: ${ban.reason}` : ''}`);
  }
  return null;
}
