import type { Identity } from '../core/context.js';
import type { TokenVerifier } from '../core/ports.js';
import type { Env } from '../env.js';
import type { UserRepository } from '../features/user/user.repository.js';
import { createUserDirectory } from '../features/user/user-directory.js';
import { keptSecret } from '../infra/auth-secret.js';
import { createTokenCache } from '../infra/token-cache.js';
import { createTokenMint, createTokenVerifier } from '../infra/tokens.js';
import { identifyHandshake } from '../realtime/handshake.js';

/** Who calls: tokens, and what is known of the users they name. */
export function createIdentification({ auth, dataDir }: Pick<Env, 'auth' | 'dataDir'>, users: UserRepository) {
  const secret = auth.secret ?? (auth.jwksUrl ? undefined : keptSecret(dataDir));
  const tokens = createTokenVerifier({ ...auth, secret });
  const directory = createUserDirectory(users);
  const identifyWith =
    ({ verify }: TokenVerifier) =>
    async (token: string): Promise<Identity> => {
      const identity = await verify(token);
      await directory.meet(identity);
      return identity;
    };
  const identify = identifyWith(tokens);

  return {
    tokens,
    mint: secret ? createTokenMint({ ...auth, secret }) : null,
    directory,
    // A client sends the same token with each request, and to a socket once.
    identifyRequest: identifyWith(createTokenCache(tokens)),
    identifyHandshake: (credentials: Record<string, unknown>) => identifyHandshake(credentials, identify),
  };
}
