import type { Identity, Services } from '../../core/context.js';
import { AppError, fail } from '../../core/errors.js';
import type { TokenVerifier } from '../../core/ports.js';
import type { StandingListener } from './standing.js';
import type { StandingRepository } from './standing.repository.js';
import type { UserRepository } from './user.repository.js';
import type { UserDirectory } from './user-directory.js';

type UserServices = Pick<
  Services,
  'user.me' | 'user.search' | 'user.upsert' | 'user.ban' | 'user.unban' | 'user.revoke' | 'auth.refresh' | 'dev.login'
>;

export interface UserServiceDeps {
  users: UserRepository;
  directory: UserDirectory;
  standings: StandingRepository;
  /** Told of each change once it is stored. */
  listener: StandingListener;
  tokens: TokenVerifier;
  /** Makes a token; null where only the host app can. */
  mint: ((userId: number, name: string) => Promise<string>) | null;
  production: boolean;
}

export function createUserService(deps: UserServiceDeps): UserServices {
  const { users, directory, standings, listener, tokens, mint, production } = deps;

  return {
    'user.me': (ctx) => users.get(ctx.identity.userId),

    'user.search': async (ctx, { q, limit }) => ({
      items: await users.search(ctx.identity.userId, q, production ? 'shared-room' : 'everyone', limit),
    }),

    'user.upsert': (_ctx, { userId, name, picture }) => users.upsert(userId, name, picture),

    'user.ban': async (ctx, { userId, reason, until }) => {
      requireOther(ctx.identity, userId);
      if (until !== undefined && Date.parse(until) <= Date.now()) throw alreadyOver();
      const standing = await standings.ban(userId, reason ?? null, until ?? null);
      listener.changed(userId, standing);
      return { userId, until: standing.ban?.until ?? null };
    },

    'user.unban': async (_ctx, { userId }) => {
      listener.changed(userId, await standings.unban(userId));
      return {};
    },

    'user.revoke': async (ctx, { userId }) => {
      requireOther(ctx.identity, userId);
      const standing = await standings.revoke(userId);
      listener.changed(userId, standing);
      return { userId, revokedAt: new Date(standing.validFrom ?? 0).toISOString() };
    },

    'auth.refresh': async (ctx, { token }) => {
      const identity = await tokens.verify(token);
      if (identity.userId !== ctx.identity.userId) fail('UNAUTHENTICATED', 'Invalid token');
      await directory.meet(identity);
      ctx.connection.extend(identity);
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

/** A backend that locks itself out could not undo it. */
function requireOther(identity: Identity, userId: number): void {
  if (userId === identity.userId) fail('CONFLICT', 'A service cannot keep itself out');
}

function alreadyOver(): AppError {
  const issue = { path: ['until'], message: 'must be in the future' };
  return new AppError('BAD_INPUT', `until: ${issue.message}`, { issues: [issue] });
}
