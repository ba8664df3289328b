import type { EventName, LogEntry, Output, Payload, RoomSync } from '@dream-studio/contracts';
import { ChatError } from '../errors.js';
import { getOrCreate } from '../get-or-create.js';
import type { Limiter } from '../limiter.js';
import type { LiveContext } from './context.js';
import type { Counted } from './reads.js';
import { createSequence, type Entered, type Sequence, toEntry } from './sequence.js';
import { createSync } from './sync.js';

export interface OrderHooks {
  /** An event, in its turn. */
  deliver<E extends EventName>(event: E, payload: Payload<E>): void;
  /** The caller's reads of a room, as they are exactly where its log now stands. */
  counted(roomId: number, reads: Counted): void;
  /** The room is not the user's any more. */
  gone(roomId: number, error: ChatError): void;
}

/** An attempt to enter a room. */
export interface Entering {
  /** Says what the answer means; `settle` follows when the state has it. */
  answered(output: Output<'room.enter'>): Entered;
  failed(): void;
}

/**
 * Hands events on in the order of their rooms' logs, each once, and fetches what is missing: of rooms that are entered.
 * Other rooms send no whole log; their events, and those of no log, pass as they come.
 */
export type Order = ReturnType<typeof createOrder>;

export const createOrder = (
  { call, entered, isConnected }: Pick<LiveContext, 'call' | 'entered' | 'isConnected'>,
  limiter: Limiter,
  { deliver, counted, gone }: OrderHooks,
) => {
  const rooms = new Map<number, Sequence>();

  const leave = (roomId: number): boolean => {
    const isBehind = rooms.get(roomId)?.leave() ?? false;
    rooms.delete(roomId);
    return isBehind;
  };

  const answered = (roomId: number, answer: RoomSync) => {
    const room = rooms.get(roomId);
    if (!room) return;
    if ('events' in answer) return room.fill(answer.events, answer, () => counted(roomId, answer));
    if ('reset' in answer) {
      leave(roomId);
      return entered.enter(roomId);
    }
    room.flush();
    gone(roomId, new ChatError(answer.error));
  };

  const sync = createSync({
    call,
    limiter,
    isConnected,
    answered,
    ask: (roomId) => rooms.get(roomId)?.ask() ?? null,
    failed: (roomId) => rooms.get(roomId)?.failed(),
  });

  const sequenceOf = (roomId: number): Sequence =>
    getOrCreate(rooms, roomId, () =>
      createSequence({
        deliver: ({ event, payload }: LogEntry) => deliver(event, payload),
        missing: () => sync.want(roomId),
      }),
    );

  const isFollowed = (roomId: number) => rooms.get(roomId)?.place != null;

  /** Where the server says the logs of the entered rooms are. One it does not name is not entered, as it sees it. */
  const heardSeqs = (seqs: Payload<'room:seq'>) => {
    for (const [roomId, room] of rooms) {
      const seq = seqs[roomId];
      if (seq !== undefined) room.heardOf(seq);
      else if (room.place) entered.enter(roomId);
    }
  };

  return {
    received: <E extends EventName>(event: E, payload: Payload<E>) => {
      const roomId = 'roomId' in payload ? (payload.roomId as number) : 0;
      const entry = toEntry(event, payload);
      const room = rooms.get(roomId);
      if (entry && room) return room.receive(entry);
      // What is unread in a room whose log is followed has been counted already.
      if (event === 'room:activity' && isFollowed(roomId)) return;
      if (event === 'room:seq') heardSeqs(payload as Payload<'room:seq'>);
      deliver(event, payload);
    },

    /** A call to enter a room is about to be made. */
    enter: (roomId: number): Entering => sequenceOf(roomId).enter(),
    settle: (roomId: number) => rooms.get(roomId)?.settle(),
    /** The room is followed no more. Returns whether entries of it were missing. */
    leave,

    isFollowed,
    /** Whether the room is followed, or will be in a moment. */
    isEntered: (roomId: number) => isFollowed(roomId) || rooms.get(roomId)?.isEntering === true,
    followedIds: () => [...rooms.keys()].filter(isFollowed),
    /** A snapshot of a room says that its log is that long. */
    heardOf: (roomId: number, seq: number) => rooms.get(roomId)?.heardOf(seq),
    /** What is unread is not known here: the server is asked, exactly where the log stands then. */
    recount: (roomId: number) => rooms.get(roomId)?.recount(),

    /** The connection is lost. */
    pause: sync.clear,
    clear: () => {
      sync.clear();
      for (const room of rooms.values()) room.leave();
      rooms.clear();
    },
  };
};
