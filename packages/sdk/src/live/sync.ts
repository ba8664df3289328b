import type { RoomSync } from '@dream-studio/contracts';
import { BOUNDS } from '@dream-studio/contracts/limits';
import { backoffMs } from '../backoff.js';
import type { Call } from '../call.js';
import { toChatError } from '../errors.js';
import type { Limiter } from '../limiter.js';
import type { Place } from './sequence.js';

/** What misses entries is asked for together; and what seemed to be missing may come meanwhile. */
const SOON_MS = 50;
/** An answer that takes longer is lost. */
const TIMEOUT_MS = 5_000;

export interface SyncOptions {
  call: Call;
  limiter: Limiter;
  isConnected(): boolean;
  /** Since where a room misses entries; null when it does not (any more). */
  ask(roomId: number): Place | null;
  answered(roomId: number, answer: RoomSync): void;
  /** No answer came for the room; it is asked for again if it still misses entries. */
  failed(roomId: number): void;
}

/**
 * Asks the server what rooms have missed: one call at a time for all of them, within the limit. A call that fails is made
 * again while there is a connection; a new connection enters the rooms again, and so finds out what they miss.
 */
export const createSync = ({ call, limiter, isConnected, ask, answered, failed }: SyncOptions) => {
  const wanted = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let failures = 0;

  const schedule = (ms: number) => {
    if (!isRunning && !timer && wanted.size > 0 && isConnected()) timer = setTimeout(() => void run(), ms);
  };

  const take = () => {
    const rooms: Record<string, { since: number; epoch: number }> = {};
    for (const roomId of [...wanted].slice(0, BOUNDS.syncRoomsMax)) {
      wanted.delete(roomId);
      const place = ask(roomId);
      if (place) rooms[roomId] = { since: place.seq, epoch: place.epoch };
    }
    return rooms;
  };

  const giveBack = (rooms: ReturnType<typeof take>, ms: number) => {
    for (const roomId of Object.keys(rooms)) failed(Number(roomId));
    return ms;
  };

  /** Resolves with the milliseconds until the next call may be made. */
  const request = async (): Promise<number> => {
    const rooms = take();
    if (Object.keys(rooms).length === 0) return SOON_MS;
    const waitMs = limiter.take();
    if (waitMs > 0) return giveBack(rooms, waitMs);
    try {
      const answer = await call('room.sync', { rooms }, { timeoutMs: TIMEOUT_MS });
      failures = 0;
      for (const [roomId, part] of Object.entries(answer.rooms)) answered(Number(roomId), part);
      return SOON_MS;
    } catch (cause) {
      const { retryAfterMs } = toChatError(cause);
      if (retryAfterMs !== undefined) limiter.block(retryAfterMs);
      return giveBack(rooms, retryAfterMs ?? backoffMs(failures++));
    }
  };

  const run = async () => {
    timer = undefined;
    if (!isConnected()) return wanted.clear();
    isRunning = true;
    const nextMs = await request();
    isRunning = false;
    schedule(nextMs);
  };

  return {
    /** Asks for a room soon. */
    want: (roomId: number) => {
      wanted.add(roomId);
      schedule(SOON_MS);
    },
    /** The connection is lost: nothing is asked for until there is another one. */
    clear: () => {
      clearTimeout(timer);
      timer = undefined;
      failures = 0;
      wanted.clear();
    },
  };
};

export type Sync = ReturnType<typeof createSync>;
