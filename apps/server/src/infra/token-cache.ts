import { createHash } from 'node:crypto';
import { TIMES } from '@dream-studio/contracts';
import type { Identity } from '../core/context.js';
import type { TokenVerifier } from '../core/ports.js';

/** How long a token is taken for what it was, in milliseconds: a key that is withdrawn counts no longer than that. */
const FRESH_MS = 60_000;
const CAPACITY = 10_000;

/**
 * Remembers which tokens were valid a moment ago, by a digest of the whole token, so that a request costs a hash and not a
 * signature. Never beyond the token's end; what is not valid is never remembered.
 */
export function createTokenCache({ verify }: TokenVerifier, capacity = CAPACITY): TokenVerifier {
  /** The first verified comes first. */
  const known = new Map<string, { identity: Identity; until: number }>();
  return {
    async verify(token) {
      const key = createHash('sha256').update(token).digest('base64');
      const found = known.get(key);
      if (found && Date.now() < found.until) return found.identity;
      known.delete(key);
      const askedAt = Date.now();
      const identity = await verify(token);
      const end = identity.expiresAt.getTime() + TIMES.tokenLeewayMs;
      known.set(key, { identity, until: Math.min(askedAt + FRESH_MS, end) });
      if (known.size > capacity) known.delete(known.keys().next().value as string);
      return identity;
    },
  };
}
