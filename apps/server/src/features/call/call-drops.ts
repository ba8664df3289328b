import { TIMES } from '@dream-studio/contracts';
import type { Log, Presence, RoomLog } from '../../core/ports.js';
import { isActive, takesPart } from './call.policy.js';
import type { CallRepository } from './call.repository.js';

/** How long clients may take to come back to a server that has started anew. */
const RETURN_MS = 15_000;
/**
 * Whose sockets on two nodes go at the same time has, for each, one on the other still: that is looked at once more when they
 * are offline there.
 */
const ELSEWHERE_MS = TIMES.presenceGraceMs + 1_000;
/** The database did not answer, or the room was busy: then it is tried again. */
const AGAIN_MS = 5_000;

export interface CallDropsDeps {
  calls: CallRepository;
  roomLog: RoomLog;
  presence: Pick<Presence, 'isConnected'>;
  log: Log;
}

export type CallDrops = ReturnType<typeof startCallDrops>;

/**
 * Takes people out of calls who have no connection any more: some seconds after the last socket is gone. What a process
 * that is gone would have done for its users is for the others, and for the next one, when everyone has had time to come
 * back: of who was there, they may know nothing. A call that nobody is in is over.
 */
export function startCallDrops({ calls, roomLog, presence, log }: CallDropsDeps) {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const after = (ms: number, then: () => Promise<void>, isAgain = false) => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      then().catch((err) => {
        // Once: it may be so for long.
        log[isAgain ? 'debug' : 'warn']({ err }, 'cannot take someone out of a call');
        after(AGAIN_MS, then, true);
      });
    }, ms);
    timers.add(timer);
  };

  const leave = (userId: number, callId: number, roomId: number) =>
    roomLog.write<'call:left' | 'call:ended', void>(roomId, null, async ({ tx, room, append }) => {
      const call = await calls.read(tx, callId);
      // They may be back by now: rooms have queues.
      if (!isActive(call) || !takesPart(call, userId) || (await presence.isConnected(userId, roomId))) return;
      const { participants } = await calls.leave(tx, callId, userId, room.now);
      const timestamp = room.now.toISOString();
      append('call:left', { callId, userId, timestamp });
      if (participants.some(({ leftAt }) => leftAt === null)) return;
      const status = call.status === 'RINGING' ? 'MISSED' : 'ENDED';
      await calls.end(tx, callId, { status, by: null, at: room.now });
      const reason = status === 'MISSED' ? 'MISSED' : 'ABANDONED';
      append('call:ended', { callId, endedBy: null, reason, timestamp });
    });

  const drop = async (userId: number, again = true) => {
    let isElsewhere = false;
    for (const { callId, roomId } of await calls.activeOf(userId)) {
      if (await presence.isConnected(userId, roomId)) isElsewhere = true;
      else await leave(userId, callId, roomId);
    }
    if (isElsewhere && again) after(ELSEWHERE_MS, () => drop(userId, false));
  };

  /** The user's last socket is gone. */
  const disconnected = (userId: number) => after(TIMES.callGraceMs, () => drop(userId));

  const isGone = async (userId: number) => {
    for (const { roomId } of await calls.activeOf(userId)) {
      if (!(await presence.isConnected(userId, roomId))) return true;
    }
    return false;
  };

  /**
   * Whoever takes part in a call now and is without a connection after so long has the time of one that has just lost it.
   * Only of calls that are there already: someone may take part by HTTP alone, until the next look.
   */
  const lookAtAll = (ms: number) =>
    after(0, async () => {
      const userIds = new Set(await calls.activeUserIds());
      after(ms, async () => {
        // Together: one statement reads it, and one line tells that it cannot be known.
        const looks = [...userIds].map(async (userId) => {
          if (await isGone(userId)) disconnected(userId);
          userIds.delete(userId);
        });
        await Promise.all(looks);
      });
    });
  lookAtAll(RETURN_MS);

  return {
    disconnected,
    /** Another server is gone, for so long that its users have come back, to this one or another, if they do. */
    nodeGone: () => lookAtAll(0),
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
