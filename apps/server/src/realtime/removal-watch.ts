import { type LookBack, startLookBack } from '../core/look-back.js';
import type { Log } from '../core/ports.js';
import type { PresenceRegistry } from './presence-registry.js';
import type { PublishMissing } from './publish-missing.js';

interface RemovalWatchDeps {
  registry: Pick<PresenceRegistry, 'onlineIn'>;
  publishMissing: PublishMissing;
  /** Rooms from which someone has been removed since, and the last `seq` that says so. */
  removals(since: string | null, backMs: number): Promise<{ at: string; seqs: ReadonlyMap<number, number> }>;
  log: Log;
  everyMs?: number | undefined;
}

/**
 * Finds by the database alone who has been removed from a room by a node that is not heard, long before the beat would.
 * Rooms whose logs have been published so far, which are almost all, cost nothing more.
 */
export const startRemovalWatch = ({ registry, publishMissing, removals, log, everyMs }: RemovalWatchDeps): LookBack =>
  startLookBack({
    async read(since, backMs) {
      const { at, seqs } = await removals(since, backMs);
      await publishMissing(new Map([...seqs].filter(([roomId]) => registry.onlineIn(roomId).size > 0)));
      return at;
    },
    failed: (err) => log.warn({ err }, 'cannot look for who was removed'),
    everyMs,
  });
