import type { Identity } from '../../core/context.js';
import { refusalOf, type Standing } from './standing.js';
import type { UserRepository } from './user.repository.js';

/** Keeps the users table up to date with what tokens say, and those out who may not come. */
export interface UserDirectory {
  /**
   * Creates or refreshes the user's row unless that was done for the same name and picture a short while ago. Throws
   * `FORBIDDEN` for a banned user, `UNAUTHENTICATED` for a revoked token; what those say is not stored.
   */
  meet(identity: Identity): Promise<void>;
  /** Reads the user's standing anew for whoever comes next, and for those whose is being read. */
  forget(userId: number): void;
}

interface Known {
  /** The name and picture last stored; null when the token was refused. */
  profile: string | null;
  standing: Standing;
}

/** Users that share a count of how often they were forgotten: one more read now and then, for memory that stays. */
const SLOTS = 1_024;

/** Remembers the last users met, so that not every call asks the database. */
export function createUserDirectory(users: Pick<UserRepository, 'refresh'>, capacity = 10_000): UserDirectory {
  const known = new Map<number, Known>();
  const forgotten = new Uint32Array(SLOTS);

  const keep = (userId: number, entry: Known) => {
    known.delete(userId);
    known.set(userId, entry);
    if (known.size > capacity) known.delete(known.keys().next().value as number);
  };

  return {
    async meet(identity) {
      const { userId, name, picture } = identity;
      const profile = JSON.stringify([name, picture]);
      const slot = userId % SLOTS;
      for (;;) {
        const kept = known.get(userId);
        if (kept) {
          const refusal = refusalOf(kept.standing, identity);
          if (refusal) throw refusal;
          if (kept.profile === profile) return;
        }
        const times = forgotten[slot];
        const standing = await users.refresh(identity);
        // Changed meanwhile: what was read may be what was true before.
        if (forgotten[slot] !== times) continue;
        const refusal = refusalOf(standing, identity);
        keep(userId, { profile: refusal ? null : profile, standing });
        if (refusal) throw refusal;
        return;
      }
    },

    forget(userId) {
      const slot = userId % SLOTS;
      forgotten[slot] = (forgotten[slot] ?? 0) + 1;
      known.delete(userId);
    },
  };
}
