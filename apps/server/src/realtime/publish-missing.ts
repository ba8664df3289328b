import { setTimeout as delay } from 'node:timers/promises';
import type { Log, Repair, RoomLog } from '../core/ports.js';
import type { PublishedLog } from './published-log.js';

/** Rooms whose logs are read at once: others want the database too. */
const BEHIND_BATCH = 4;

interface PublishMissingDeps {
  published: Pick<PublishedLog, 'head'>;
  repair: Repair;
  roomLog: Pick<RoomLog, 'inOrder'>;
  log: Log;
  /** How long what other nodes have committed may be on its way, in milliseconds; 0 when there are none. */
  settleMs: number;
}

/** Publishes what has not been of rooms' logs, up to the `seq` given for each. Never rejects. */
export type PublishMissing = (seqs: ReadonlyMap<number, number>) => Promise<void>;

export function createPublishMissing(deps: PublishMissingDeps): PublishMissing {
  const { published, roomLog, repair, log, settleMs } = deps;
  const isBehind = ([roomId, seq]: readonly [number, number]) => (published.head(roomId) ?? seq) < seq;
  // In the room's order: what is committed and about to be published is published by then.
  const catchUp = ([roomId, seq]: readonly [number, number]) =>
    roomLog
      .inOrder(roomId, () => repair.catchUp(roomId, seq))
      // A room that is too busy now is looked at again: the others do not wait for that.
      .catch((err) => log.warn({ err, roomId }, 'cannot publish what was not'));

  return async (seqs) => {
    let behind = [...seqs].filter(isBehind);
    if (behind.length > 0 && settleMs > 0) {
      await delay(settleMs);
      behind = behind.filter(isBehind);
    }
    for (let start = 0; start < behind.length; start += BEHIND_BATCH) {
      await Promise.all(behind.slice(start, start + BEHIND_BATCH).map(catchUp));
    }
  };
}
