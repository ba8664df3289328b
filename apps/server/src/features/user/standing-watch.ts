import { type LookBack, startLookBack } from '../../core/look-back.js';
import type { Log } from '../../core/ports.js';
import type { StandingListener } from './standing.js';
import type { StandingRepository } from './standing.repository.js';

interface StandingWatchDeps {
  standings: Pick<StandingRepository, 'changes'>;
  listener: StandingListener;
  log: Log;
  everyMs?: number | undefined;
}

/** Finds by the database alone whom other nodes have banned, let in again or whose tokens they have revoked. */
export const startStandingWatch = ({ standings, listener, log, everyMs }: StandingWatchDeps): LookBack =>
  startLookBack({
    async read(since, backMs) {
      const { at, users } = await standings.changes(since, backMs);
      for (const { userId, standing } of users) listener.changed(userId, standing);
      return at;
    },
    failed: (err) => log.warn({ err }, 'cannot look for who is kept out'),
    everyMs,
  });
