import type { Handlers } from '../context.js';
import { fail } from '../failure.js';
import { refuseService } from '../gate.js';
import { existing, type State, toUser } from '../state.js';
import type { Tokens } from '../tokens.js';

type UserHandlers = Pick<
  Handlers,
  'user.me' | 'user.search' | 'user.upsert' | 'user.ban' | 'user.unban' | 'user.revoke' | 'auth.refresh' | 'dev.login'
>;

/** Users of the development login have ids from here up, away from the host app's. */
const FIRST_LOGIN_ID = 9_000_000_000_000;

export function createUserHandlers(state: State, tokens: Tokens): UserHandlers {
  return {
    'user.me': ({ identity }) => toUser(existing(state.users, identity.userId)),

    'user.search': ({ identity }, { q, limit }) => {
      const text = q.toLowerCase();
      const found = [...state.users.values()]
        .filter(({ id, name }) => id !== identity.userId && name.toLowerCase().includes(text))
        .sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
      return { items: found.slice(0, limit).map(toUser) };
    },

    'user.upsert': refuseService,
    'user.ban': refuseService,
    'user.unban': refuseService,
    'user.revoke': refuseService,

    'auth.refresh': ({ identity, connection }, { token }) => {
      const { userId, expiresAt } = tokens.verify(token);
      if (userId !== identity.userId) fail('UNAUTHENTICATED', 'Invalid token');
      connection.extend(expiresAt);
      return { expiresAt: new Date(expiresAt).toISOString() };
    },

    'dev.login': (_ctx, { name }) => {
      const key = name.normalize('NFKC').toLowerCase();
      const userId = state.logins.get(key) ?? FIRST_LOGIN_ID + state.logins.size;
      state.logins.set(key, userId);
      return { token: tokens.issue({ id: userId, name }), userId, name };
    },
  };
}
