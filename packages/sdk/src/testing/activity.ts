import { TIMES } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import type { Connections } from './connections.js';
import type { Emission, Hub } from './hub.js';
import { type State, toMessage, unreadOf } from './state.js';

/** Whom a room's changes are still to be told to. */
interface Due {
  everyone: boolean;
  readonly users: Set<number>;
}

interface ActivityDeps {
  state: State;
  connections: Connections;
  hub: Hub;
  clock: Clock;
}

/**
 * Tells members' sockets that have not entered a room what changed in it: the first change at once, those within a
 * second of it together at its end.
 */
export function followActivity({ state, connections, hub, clock }: ActivityDeps): void {
  const rooms = new Map<number, Due>();

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

  hub.follow(({ event, payload }) => {
    if (event === 'message:new' || event === 'message:edited' || event === 'message:deleted') {
      note((payload as { roomId: number }).roomId, null);
    } else if (event === 'room:read') {
      const { roomId, userId } = payload as { roomId: number; userId: number };
      note(roomId, userId);
    }
  });
}
