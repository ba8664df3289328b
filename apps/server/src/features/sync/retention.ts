import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../core/ports.js';
import type { RetentionRepository } from './retention.repository.js';

const EVERY_MS = 10 * 60_000;
/** Between two steps: it is in no hurry, and others want the database too. */
const PAUSE_MS = 50;
const ROOMS_BATCH = 500;
const ENTRIES_BATCH = 500;

export interface RetentionJob {
  /** Resolves when no step is under way any more. */
  close(): Promise<void>;
}

/** Removes old entries of the rooms' logs in the background, in small steps. Several servers may run it at once. */
export function startRetention(retention: RetentionRepository, log: Log, everyMs = EVERY_MS): RetentionJob {
  const closing = new AbortController();
  const { signal } = closing;

  const run = async () => {
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal });
      const removed = await trimAll(retention, signal).catch((err) => {
        if (!signal.aborted) log.warn({ err }, 'cannot trim the logs of rooms');
        return 0;
      });
      if (removed > 0) log.info({ removed }, 'old log entries removed');
    }
  };

  const done = run().catch(() => undefined);
  return {
    close() {
      closing.abort();
      return done;
    },
  };
}

/** Goes through all rooms once. Returns how many entries were removed. */
export async function trimAll(retention: RetentionRepository, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for (let roomId: number | null = 0; roomId !== null; ) {
    const { roomIds, lastRoomId } = await retention.next(roomId, ROOMS_BATCH);
    for (const due of roomIds) {
      for (let step = ENTRIES_BATCH; step >= ENTRIES_BATCH; removed += step) {
        signal?.throwIfAborted();
        step = await retention.trim(due, ENTRIES_BATCH);
        await sleep(PAUSE_MS, undefined, signal && { signal });
      }
    }
    roomId = lastRoomId;
  }
  return removed;
}
