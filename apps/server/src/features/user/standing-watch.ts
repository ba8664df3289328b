import type { Log } from '../../core/ports.js';
import type { StandingListener } from './standing.js';
import type { StandingRepository } from './standing.repository.js';

/** Between two looks: with the time a look may take, well under the 5 s that other nodes have. */
const EVERY_MS = 2_000;
/** How much later than its time says a change may be committed: longer than any statement may run. */
const OVERLAP_MS = 10_000;

export interface StandingWatch {
  /**
   * Looks now. Resolves when a look that began after this call is over, whether it could be made or not: what was committed
   * before is known here then.
   */
  look(): Promise<void>;
  /** Resolves when no look is under way any more. */
  close(): Promise<void>;
}

interface StandingWatchDeps {
  standings: Pick<StandingRepository, 'changes'>;
  listener: StandingListener;
  log: Log;
  /** Time between two looks, in milliseconds: {@link EVERY_MS}, but for tests. */
  everyMs?: number;
}

/**
 * Finds by the database alone whom other nodes have banned, let in again or whose tokens they have revoked, so that it holds
 * here within 5 s whatever else is down. Each look goes back to the last one that could be made, so nothing is lost by those
 * that failed, however many. A change is seen by some looks in a row: carrying it over twice does no harm.
 */
export function startStandingWatch({ standings, listener, log, everyMs = EVERY_MS }: StandingWatchDeps): StandingWatch {
  const startedAt = performance.now();
  let since: string | null = null;
  let timer: NodeJS.Timeout;
  /** One after the other. */
  let last = Promise.resolve();
  /** One that has not begun: all who ask meanwhile share it. */
  let waiting: Promise<void> | null = null;
  let closed = false;

  const read = async () => {
    try {
      // Before the first look that succeeds there is no time of the database's to begin with.
      const unseenMs = since === null ? performance.now() - startedAt : 0;
      const { at, users } = await standings.changes(since, OVERLAP_MS + unseenMs);
      for (const { userId, standing } of users) listener.changed(userId, standing);
      since = at;
    } catch (err) {
      log.warn({ err }, 'cannot look for who is kept out');
    }
  };
  const begin = async () => {
    waiting = null;
    if (closed) return;
    clearTimeout(timer);
    await read();
    if (!closed) timer = setTimeout(look, everyMs);
  };
  const look = () => {
    waiting ??= last = last.then(begin);
    return waiting;
  };

  void look();
  return {
    look,
    async close() {
      closed = true;
      clearTimeout(timer);
      await last;
    },
  };
}
