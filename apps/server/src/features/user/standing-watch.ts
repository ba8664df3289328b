import type { Log } from '../../core/ports.js';
import type { StandingRepository } from './standing.repository.js';
import type { StandingListener } from './standing.js';

/** Between two looks: with the time a look may take, well under the 5 s that other nodes have. */
const EVERY_MS = 2_000;
/** How much later than its time says a change may be committed: longer than any statement may run. */
const OVERLAP_MS = 10_000;

export interface StandingWatch {
  /** Resolves when no look is under way any more. */
  close(): Promise<void>;
}

interface StandingWatchDeps {
  standings: Pick<StandingRepository, 'changes'>;
  listener: StandingListener;
  log: Log;
}

/**
 * Finds by the database alone whom other nodes have banned, let in again or whose tokens they have revoked, so that it holds
 * here within 5 s whatever else is down. What a failed look did not find is found by the next. A change is seen by some
 * looks in a row: carrying it over twice does no harm.
 */
export function startStandingWatch({ standings, listener, log }: StandingWatchDeps): StandingWatch {
  const startedAt = performance.now();
  let since: string | null = null;
  let timer: NodeJS.Timeout;
  let look: Promise<void> | null = null;
  let closed = false;

  const run = async () => {
    try {
      // Before the first look that succeeds there is no time of the database's to begin with.
      const unseenMs = since === null ? performance.now() - startedAt : 0;
      const { at, users } = await standings.changes(since, OVERLAP_MS + unseenMs);
      for (const { userId, standing } of users) listener.changed(userId, standing);
      since = at;
    } catch (err) {
      log.warn({ err }, 'cannot look for who is kept out');
    }
    if (!closed) next();
  };
  const next = () => {
    timer = setTimeout(() => {
      look = run();
    }, EVERY_MS);
  };

  look = run();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await look;
    },
  };
}
