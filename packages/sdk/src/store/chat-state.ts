import type { EventName, Message, Output, Payload, Room } from '@dream-studio/contracts';
import { EMPTY_ROOM_STATE, type RoomState } from '@dream-studio/contracts/state';
import type { ChatError } from '../errors.js';
import type { LoadStatus, PresenceSnapshot } from '../live/types.js';
import type { StoredMessage } from '../outbox/storage.js';

/** What is known of one room: what the contract's reducer keeps, and what is this client's alone. */
export interface RoomEntry extends RoomState {
  status: LoadStatus;
  error: ChatError | null;
  /** Where the next older page starts; null at the beginning of the room. */
  olderCursor: number | null;
  loadingOlder: boolean;
  /** One's own that the server has not answered yet, in their order. */
  pending: readonly StoredMessage[];
  limitedUntil: number | null;
  /** The `seq` of the last snapshot or `room:activity`: an older one has nothing to add to what is unread. */
  toldSeq: number;
}

export const EMPTY_ENTRY: RoomEntry = {
  ...EMPTY_ROOM_STATE,
  status: 'idle',
  error: null,
  olderCursor: null,
  loadingOlder: false,
  pending: [],
  limitedUntil: null,
  toldSeq: 0,
};

export interface ListState {
  status: LoadStatus;
  error: ChatError | null;
  /** Where the next page starts; null when the list is whole. */
  nextCursor: string | null;
}

export interface ChatState {
  /** By room id; those with a `room` are in the list. */
  entries: Readonly<Record<number, RoomEntry>>;
  list: ListState;
  presence: PresenceSnapshot;
}

export const EMPTY_STATE: ChatState = {
  entries: {},
  list: { status: 'idle', error: null, nextCursor: null },
  presence: { onlineUserIds: new Set(), lastSeenAt: {} },
};

/** All that can happen to the state. `userId` is who is signed in: a room looks different to each member. */
export type ChatAction =
  | EventAction
  | { type: 'list.changed'; change: Partial<ListState> }
  /** The first pages, in place of what was there before, but for the rooms to `keep` as they are. */
  | ListPages<'list.loaded'>
  /** Pages that follow on those. */
  | ListPages<'list.more'>
  | { type: 'room.loaded'; room: Room }
  /** Unless the answer `replaces` what is known, events are to come for all of it that is in a room's log. */
  | { type: 'room.entered'; entered: Output<'room.enter'>; replaces: boolean }
  | {
      type: 'room.changed';
      roomId: number;
      change: Partial<Pick<RoomEntry, 'members' | 'loadingOlder' | 'limitedUntil'>>;
    }
  /** Not the user's any more. */
  | { type: 'room.gone'; roomId: number; error: ChatError | null }
  | { type: 'room.read'; roomId: number; seq: number; unread: number }
  /** What an answer says of a message: its entry of the log may be still to come, after others. */
  | { type: 'message.stored'; roomId: number; message: Message }
  | { type: 'message.removed'; roomId: number; messageId: number; at: string }
  /** Of what is loaded already, all stays good for reading. */
  | { type: 'history.unready'; roomId: number; status: 'loading' | 'failed'; error: ChatError | null }
  | HistoryPage
  | { type: 'older.loaded'; roomId: number; items: readonly Message[]; nextCursor: number | null }
  | { type: 'pending.put'; roomId: number; pending: StoredMessage }
  | { type: 'pending.removed'; roomId: number; clientId: string }
  | { type: 'presence.seen'; presence: Pick<Output<'presence.list'>, 'members'> };

export interface ListPages<T extends string> {
  type: T;
  items: readonly Room[];
  nextCursor: string | null;
  /** Rooms that are known better than by these pages. */
  keep: ReadonlySet<number>;
}

/** The newest page, in place of what is there. */
export interface HistoryPage {
  type: 'history.newest';
  roomId: number;
  items: readonly Message[];
  nextCursor: number | null;
}

export type EventAction = {
  [E in EventName]: { type: 'event'; event: E; payload: Payload<E>; userId: number };
}[EventName];
