import { type EventName, TIMES } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import type { Connections } from './connections.js';
import type { Emission, Hub } from './hub.js';
import { type State, toMessage, unreadOf } from './state.js';

/** Whom a room's changes are still to be told to. */
interface Due {
  everyone: boolean;
  readonly users: Set<number>;
  /** Some of it has not been told before, and is to be told once more at the next beat. */
  isNew: boolean;
}

/** Events that change a room's line for every member. */
const CHANGES = new Set<EventName>(['message:new', 'message:edited', 'message:deleted']);

interface ActivityDeps {
  state: State;
  connections: Connections;
  hub: Hub;
  clock: Clock;
}

export interface Activity {
  /** Tells once more what has changed since the last time: these events are in no log. */
  retell(): void;
}

/**
 * Tells members' sockets that have not entered a room what changed in it: the first change at once, those within a
 * second of it together at its end.
 */
export function followActivity({ state, connections, hub, clock }: ActivityDeps): Activity {
  const rooms = new Map<number, Due>();
  /** What was told since the last beat: by room whose line, null for everyone's; and read pointers. */
  let told = { lines: new Map<number, Set<number | null>>(), reads: new Set<Emission>() };
  let isRetelling = false;

  const lines = (roomId: number, due: Due): Emission[] => {
    const room = state.rooms.get(roomId);
    if (!room) return [];
    const last = room.messages.at(-1);
    const lastMessage = last ? toMessage(state, last) : null;
    const away = [...connections].filter(
      ({ userId, rooms: entered }) => !entered.has(roomId) && (due.everyone || due.users.has(userId)),
    );
    return away.flatMap((connection) => {
      const member = room.members.get(connection.userId);
      if (!member) return [];
      const payload = {
        roomId,
        seq: room.seq,
        lastMessage,
        unread: unreadOf(room, member),
        readSeq: member.lastReadSeq,
      };
      return [{ event: 'room:activity', audience: { socketId: connection.id }, payload } as const];
    });
  };

  const flush = (roomId: number, due: Due) => {
    const emissions = lines(roomId, due);
    if (due.isNew) {
      const whom = told.lines.get(roomId) ?? new Set();
      for (const userId of due.everyone ? [null] : due.users) whom.add(userId);
      told.lines.set(roomId, whom);
      due.isNew = false;
    }
    due.everyone = false;
    due.users.clear();
    if (emissions.length === 0) return void rooms.delete(roomId);
    hub.publish(emissions);
    clock.after(TIMES.roomActivityMs, () => flush(roomId, due));
  };

  const note = (roomId: number, userId: number | null) => {
    const open = rooms.get(roomId);
    const due = open ?? { everyone: false, users: new Set<number>(), isNew: false };
    if (!isRetelling) due.isNew = true;
    if (userId === null) due.everyone = true;
    else due.users.add(userId);
    if (open) return;
    rooms.set(roomId, due);
    flush(roomId, due);
  };

  hub.follow((emission) => {
    const { roomId, userId } = emission.payload as { roomId: number; userId: number };
    if (CHANGES.has(emission.event)) note(roomId, null);
    if (emission.event !== 'room:read') return;
    if (!isRetelling) told.reads.add(emission);
    note(roomId, userId);
  });

  return {
    retell() {
      const { lines: due, reads } = told;
      told = { lines: new Map(), reads: new Set() };
      isRetelling = true;
      for (const read of reads) {
        hub.publish([{ ...read, audience: { users: [(read.payload as { userId: number }).userId] } }]);
      }
      for (const [roomId, userIds] of due) for (const userId of userIds) note(roomId, userId);
      isRetelling = false;
    },
  };
}
