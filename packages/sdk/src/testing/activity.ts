import { type EventName, TIMES } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import type { Connections } from './connections.js';
import type { Emission, Hub } from './hub.js';
import { type State, toMessage, unreadOf } from './state.js';

/** Whom a room's changes are still to be told to. */
interface Due {
  everyone: boolean;
  readonly users: Set<number>;
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
  let recent = new Set<Emission>();
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
    due.everyone = false;
    due.users.clear();
    if (emissions.length === 0) return void rooms.delete(roomId);
    hub.publish(emissions);
    clock.after(TIMES.roomActivityMs, () => flush(roomId, due));
  };

  const note = (roomId: number, userId: number | null) => {
    const open = rooms.get(roomId);
    const due = open ?? { everyone: false, users: new Set<number>() };
    if (userId === null) due.everyone = true;
    else due.users.add(userId);
    if (open) return;
    rooms.set(roomId, due);
    flush(roomId, due);
  };

  const follow = (emission: Emission) => {
    const { roomId, userId } = emission.payload as { roomId: number; userId: number };
    if (CHANGES.has(emission.event)) note(roomId, null);
    else if (emission.event === 'room:read') note(roomId, userId);
    else return;
    if (!isRetelling) recent.add(emission);
  };

  hub.follow(follow);
  return {
    retell() {
      const due = recent;
      recent = new Set();
      isRetelling = true;
      for (const emission of due) {
        if (emission.event !== 'room:read') follow(emission);
        else hub.publish([{ ...emission, audience: { users: [(emission.payload as { userId: number }).userId] } }]);
      }
      isRetelling = false;
    },
  };
}
