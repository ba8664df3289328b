import type { LogEntry } from '@dream-studio/contracts';
import { toEmission } from '../core/audience.js';
import type { Log, Publisher, Repair } from '../core/ports.js';
import type { PublishedLog } from './published-log.js';

/** Entries read at once. */
const BATCH = 500;

export interface RepairDeps {
  published: PublishedLog;
  publisher: Publisher;
  log: Log;
  /** The room's log after a place, in order, at most `take` entries; null when it does not reach back to there. */
  readLog(roomId: number, since: number, take: number): Promise<LogEntry[] | null>;
  /** Puts those out of the room that are no members any more: what said so is in the log no more. */
  checkMembers(roomId: number): Promise<void>;
}

export function createRepair({ published, publisher, log, readLog, checkMembers }: RepairDeps): Repair {
  const publishMissing = async (roomId: number, seq: number) => {
    for (let head = published.head(roomId); head !== null && head < seq; ) {
      const entries = await readLog(roomId, head, BATCH);
      const missing = entries?.filter((entry) => entry.seq <= seq && !published.isPublished(roomId, entry.seq));
      log.info({ roomId, since: head, entries: missing?.length ?? null }, 'publishing what was not');
      // Too old to be told one by one: whoever missed it finds out by `room:seq`, and loads anew.
      if (!missing) {
        await checkMembers(roomId);
        return published.skipTo(roomId, seq);
      }
      publisher.publish(missing.map(toEmission));
      const next = published.head(roomId);
      if (next === head) return;
      head = next;
    }
  };

  return {
    async catchUp(roomId, seq) {
      const head = published.head(roomId);
      if (head === null || head >= seq) return;
      await publishMissing(roomId, seq).catch((err) => log.warn({ err, roomId }, 'cannot read the log of a room'));
    },
  };
}
