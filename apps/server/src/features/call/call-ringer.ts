import type { Log, RoomLog } from '../../core/ports.js';
import type { CallRepository } from './call.repository.js';

/** How often to look for ringing calls when none is known: other nodes may start some, and this one may restart. */
const POLL_MS = 5_000;
const BATCH = 100;

/**
 * Ends calls that nobody answered. What counts is the time in the database, so a ring outlives the process that started
 * it. Several nodes may run this: the room's lock lets one of them end each call.
 */
export function startCallRinger(calls: CallRepository, roomLog: RoomLog, log: Log): { stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout;

  const round = async () => {
    let nextMs = POLL_MS;
    try {
      for (const { callId, roomId, remainingMs } of await calls.ringing(BATCH)) {
        if (remainingMs <= 0) await miss(callId, roomId).catch((err) => log.warn({ err, callId }, 'cannot end a call'));
        else nextMs = Math.min(nextMs, remainingMs);
      }
    } catch (error) {
      log.warn({ err: error }, 'cannot look for unanswered calls');
    }
    if (!stopped) timer = setTimeout(round, Math.ceil(nextMs));
  };

  const miss = (callId: number, roomId: number) =>
    roomLog.write<'call:ended', void>(roomId, null, async ({ tx, room, append }) => {
      const { status } = await calls.read(tx, callId);
      if (status !== 'RINGING') return;
      await calls.end(tx, callId, { status: 'MISSED', by: null, at: room.now });
      append('call:ended', { callId, endedBy: null, reason: 'MISSED', timestamp: room.now.toISOString() });
    });

  timer = setTimeout(round, 0);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
