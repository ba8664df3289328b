import type { Identity } from '../../core/context.js';
import type { UserRepository } from './user.repository.js';

/** Keeps the users table up to date with what tokens say. */
export interface UserDirectory {
  /** Creates or refreshes the user's row unless that was done for the same name and picture a short while ago. */
  meet(identity: Identity): Promise<void>;
}

/** Remembers the last users met, so that not every call writes. */
export function createUserDirectory(users: UserRepository, capacity = 10_000): UserDirectory {
  const known = new Map<number, string>();
  return {
    async meet(identity) {
      const { userId, name, picture } = identity;
      const profile = JSON.stringify([name, picture]);
      if (known.get(userId) === profile) return;
      await users.refresh(identity);
      known.delete(userId);
      known.set(userId, profile);
      if (known.size > capacity) known.delete(known.keys().next().value as number);
    },
  };
}
