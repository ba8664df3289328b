import type { EventName, Payload } from '../derive.js';
import type { Call } from '../features/call.js';
import type { Member } from '../features/member.js';
import type { Message } from '../features/message.js';
import type { Room } from '../features/room.js';
import { deleted, edited, withChange, withMessages } from './messages.js';
import { withActivity, withDeletedMessage, withEditedMessage, withEntry, withNewMessage, withRead } from './room.js';

/** What one member's client knows of a room: snapshots of its parts, kept current by its events. */
export interface RoomState {
  /** As that member sees it; null until loaded. */
  room: Room | null;
  /** The newest part of the history, by `seq`; null until loaded. */
  messages: readonly Message[] | null;
  /** By user id; null until loaded. */
  members: readonly Member[] | null;
  activeCall: Call | null;
  /** Others who are typing. */
  typingUserIds: readonly number[];
  /** How many members are online, as the server last said. */
  onlineCount: number;
}

export const EMPTY_ROOM_STATE: RoomState = {
  room: null,
  messages: null,
  members: null,
  activeCall: null,
  typingUserIds: [],
  onlineCount: 0,
};

/** Events about one room. */
export type RoomEventName = { [E in EventName]: Payload<E> extends { roomId: number } ? E : never }[EventName];

type Reducer<E extends RoomEventName> = (state: RoomState, payload: Payload<E>, userId: number) => RoomState;

const onRoom = (state: RoomState, change: (room: Room) => Room): RoomState =>
  state.room ? { ...state, room: change(state.room) } : state;

/** What an entry of the log changes in the room's line, once. */
const onEntry = (state: RoomState, seq: number, change: (room: Room) => Partial<Room>): RoomState =>
  onRoom(state, withEntry(seq, change));

const onMessages = (state: RoomState, change: (messages: readonly Message[]) => readonly Message[]): RoomState =>
  state.messages ? { ...state, messages: change(state.messages) } : state;

const onMembers = (state: RoomState, change: (members: readonly Member[]) => readonly Member[]): RoomState =>
  state.members ? { ...state, members: change(state.members) } : state;

/** A call that the log is past may be over by now: its entries count once, too. */
const onCall = (state: RoomState, seq: number, change: (call: Call | null) => Call | null): RoomState =>
  state.room && seq <= state.room.seq
    ? state
    : { ...onEntry(state, seq, () => ({})), activeCall: change(state.activeCall) };

const onKnownCall = (
  state: RoomState,
  { seq, callId }: { seq: number; callId: number },
  change: (call: Call) => Call | null,
): RoomState => onCall(state, seq, (call) => (call?.callId === callId ? change(call) : call));

const unchanged = (state: RoomState): RoomState => state;

const withoutTypist = (state: RoomState, userId: number): RoomState =>
  state.typingUserIds.includes(userId)
    ? { ...state, typingUserIds: state.typingUserIds.filter((id) => id !== userId) }
    : state;

/** One reducer for each event about a room: an event without one does not compile. */
const reducers: { [E in RoomEventName]: Reducer<E> } = {
  'message:new': (state, message, userId) =>
    onMessages(onRoom(withoutTypist(state, message.senderId), withNewMessage(message, userId)), (messages) =>
      withMessages(messages, [message]),
    ),
  'message:edited': (state, change) =>
    onMessages(onRoom(state, withEditedMessage(change)), (messages) => withChange(messages, edited(change))),
  'message:deleted': (state, change, userId) =>
    onMessages(onRoom(state, withDeletedMessage(change, userId)), (messages) => withChange(messages, deleted(change))),

  'room:updated': (state, { seq, name }) => onEntry(state, seq, () => ({ name })),
  'room:archived': (state, { seq, archivedAt }) => onEntry(state, seq, () => ({ archivedAt })),
  'room:read': (state, { userId: reader, seq }, userId) =>
    reader === userId ? onRoom(state, withRead(seq, state.messages, userId)) : state,
  'room:activity': (state, activity) => onRoom(state, withActivity(activity)),
  'room:presence': (state, { onlineCount }) => ({ ...state, onlineCount }),

  'member:added': (state, { roomId, seq, userId, role, joinedAt, user }) =>
    onMembers(
      onEntry(state, seq, ({ memberCount }) => ({ memberCount: memberCount + 1 })),
      (members) =>
        [...members.filter((member) => member.userId !== userId), { userId, roomId, role, joinedAt, user }].sort(
          (a, b) => a.userId - b.userId,
        ),
    ),
  'member:removed': (state, { seq, userId: removed }) =>
    onMembers(
      onEntry(state, seq, ({ memberCount }) => ({ memberCount: memberCount - 1 })),
      (members) => members.filter((member) => member.userId !== removed),
    ),
  'member:role': (state, { seq, userId: changed, role }, userId) =>
    onMembers(
      onEntry(state, seq, ({ myRole }) => ({ myRole: changed === userId ? role : myRole })),
      (members) => members.map((member) => (member.userId === changed ? { ...member, role } : member)),
    ),
  // Who shows the room on a screen is not kept: being online is told by other events.
  'member:joined': unchanged,
  'member:left': (state, { userId: gone }) => withoutTypist(state, gone),

  'user:typing': (state, { userId: typist }, userId) =>
    typist === userId || state.typingUserIds.includes(typist)
      ? state
      : { ...state, typingUserIds: [...state.typingUserIds, typist] },
  'user:stop_typing': (state, { userId: typist }) => withoutTypist(state, typist),

  'call:initiated': (state, { seq, timestamp, ...call }) =>
    onCall(state, seq, () => ({
      ...call,
      status: 'RINGING',
      createdAt: timestamp,
      answeredAt: null,
      endedAt: null,
      endedBy: null,
      participants: [{ userId: call.initiatedBy, joinedAt: timestamp, leftAt: null }],
    })),
  'call:answered': (state, { answeredBy, timestamp, ...entry }) =>
    onKnownCall(state, entry, (call) => withAnswer(call, answeredBy, timestamp)),
  'call:left': (state, { userId, timestamp, ...entry }) =>
    onKnownCall(state, entry, (call) => withLeaver(call, userId, timestamp)),
  'call:ended': (state, entry) => onKnownCall(state, entry, () => null),
};

const withAnswer = (call: Call, userId: number, at: string): Call => ({
  ...call,
  status: 'ONGOING',
  answeredAt: call.answeredAt ?? at,
  // Someone who is back comes last, as one who came late.
  participants: [...call.participants.filter((one) => one.userId !== userId), { userId, joinedAt: at, leftAt: null }],
});

const withLeaver = (call: Call, userId: number, at: string): Call => ({
  ...call,
  participants: call.participants.map((one) => (one.userId === userId ? { ...one, leftAt: at } : one)),
});

const isRoomEvent = (event: EventName): event is RoomEventName => Object.hasOwn(reducers, event);

/**
 * The state after an event, as the member `userId` sees it. Pure. Applied in the order of `seq`, every entry of the log
 * after `room.seq` makes of a snapshot the next one. The newest may be applied again, in order: that changes nothing, but
 * brings messages and members up to date that were read before them. Events about no room, or not about this one, are not
 * for here.
 */
export const reduceRoom = <E extends EventName>(
  state: RoomState,
  event: E,
  payload: Payload<E>,
  userId: number,
): RoomState => {
  if (!isRoomEvent(event)) return state;
  return (reducers[event] as unknown as Reducer<RoomEventName>)(state, payload as never, userId);
};
