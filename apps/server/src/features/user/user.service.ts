import type { Services } from '../../core/context.js';
import { fail } from '../../core/errors.js';
import type { TokenVerifier } from '../../core/ports.js';
import type { UserRepository } from './user.repository.js';
import type { UserDirectory } from './user-directory.js';

type UserServices = Pick<Services, 'user.me' | 'user.search' | 'auth.refresh' | 'dev.login'>;

interface UserServiceDeps {
  users: UserRepository;
  directory: UserDirectory;
  tokens: TokenVerifier;
  /** Makes a token; null where only the host app can. */
  mint: ((userId: number, name: string) => Promise<string>) | null;
  production: boolean;
}

export function createUserService({ users, directory, tokens, mint, production }: UserServiceDeps): UserServices {
  return {
    'user.me': (ctx) => users.get(ctx.identity.userId),

    'user.search': async (ctx, { q, limit }) => ({
      items: await users.search(ctx.identity.userId, q, production ? 'shared-room' : 'everyone', limit),
    }),

    'auth.refresh': async (ctx, { token }) => {
      const identity = await tokens.verify(token);
      if (identity.userId !== ctx.identity.userId) fail('UNAUTHENTICATED', 'Invalid token');
      await directory.meet(identity);
      ctx.connection.extend(identity.expiresAt);
      return { expiresAt: identity.expiresAt.toISOString() };
    },

    'dev.login': async (_ctx, { name }) => {
      if (!mint) fail('NOT_FOUND', 'Tokens are made by the host app (AUTH_JWKS_URL)');
      const userId = await users.developmentId(name);
      const token = await mint(userId, name);
      await directory.meet(await tokens.verify(token));
      return { token, userId, name };
    },
  };
}
