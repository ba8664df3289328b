import { BOUNDS, type LogEntry, type RoomSync } from '@dream-studio/contracts';
import type { Handlers } from '../context.js';
import { bodyOf, failure } from '../failure.js';
import { type RoomRow, type State, toMessage, unreadOf } from '../state.js';

/** The double keeps every room's log whole: only another `epoch`, or a place after its end, causes a reset. */
export function createSyncHandlers(state: State): Pick<Handlers, 'room.sync'> {
  const answer = (roomId: number, userId: number, { since, epoch }: { since: number; epoch?: number | undefined }) => {
    const room = state.rooms.get(roomId);
    const member = room?.members.get(userId);
    if (!room || !member) return { error: bodyOf(failure('NOT_A_MEMBER')) };
    const head = { seq: room.seq, epoch: room.epoch };
    if (since > room.seq || (epoch !== undefined && epoch !== room.epoch)) return { reset: true as const, ...head };
    const entries = entriesAfter(state, room, since);
    const events = entries.slice(0, BOUNDS.syncEventsMax);
    const read = { unread: unreadOf(room, member), readSeq: member.lastReadSeq };
    return { events, ...head, ...read, ...(events.length < entries.length && { more: true as const }) };
  };

  return {
    'room.sync': ({ identity }, { rooms }) => ({
      rooms: Object.fromEntries(
        Object.entries(rooms).map(([id, place]): [string, RoomSync] => [
          id,
          answer(Number(id), identity.userId, place),
        ]),
      ),
    }),
  };
}

const entriesAfter = (state: State, room: RoomRow, since: number): LogEntry[] =>
  [
    ...room.messages.map((row): LogEntry => ({ seq: row.seq, event: 'message:new', payload: toMessage(state, row) })),
    ...room.log,
  ]
    .filter(({ seq }) => seq > since)
    .sort((a, b) => a.seq - b.seq);
