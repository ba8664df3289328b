import type { Identity } from '../core/context.js';
import { AppError } from '../core/errors.js';

/**
 * Who a socket belongs to, by its handshake's `auth: { token, userId }`. Throws `UNAUTHENTICATED` with the seed's texts:
 * `Authentication error` when one is missing, `Invalid token` when the token is not valid or not the user's.
 */
export async function identifyHandshake(
  auth: Record<string, unknown>,
  identify: (token: string) => Promise<Identity>,
): Promise<Identity> {
  const { token, userId } = auth;
  if (!token || !userId) throw new AppError('UNAUTHENTICATED', 'Authentication error');
  if (typeof token !== 'string' || (typeof userId !== 'number' && typeof userId !== 'string')) {
    throw new AppError('UNAUTHENTICATED', 'Invalid token');
  }
  const identity = await identify(token);
  if (String(identity.userId) !== String(userId)) throw new AppError('UNAUTHENTICATED', 'Invalid token');
  return identity;
}
