import type { EventName, Message, Output, Payload, Room } from '@dream-studio/contracts';
import {
  deletedMessage,
  laterMessage,
  newerRoom,
  type RoomEventName,
  reduceRoom,
  withMessages,
} from '@dream-studio/contracts/state';
import type { PresenceSnapshot } from '../live/types.js';
import {
  type ChatAction,
  type ChatState,
  EMPTY_ENTRY,
  type EventAction,
  type HistoryPage,
  type ListPages,
  type RoomEntry,
} from './chat-state.js';

/** The state after an action. Pure; an action may come twice, and events may overtake what was asked for. */
export const reduceChat = (state: ChatState, action: ChatAction): ChatState => {
  switch (action.type) {
    case 'event':
      return reduceEvent(state, action);
    case 'list.changed':
      return { ...state, list: { ...state.list, ...action.change } };
    case 'list.loaded':
      return {
        ...withPages(withoutUnlisted(state, action), action),
        list: { status: 'ready', error: null, nextCursor: action.nextCursor },
      };
    case 'list.more':
      return { ...withPages(state, action), list: { ...state.list, nextCursor: action.nextCursor } };
    case 'room.loaded':
      return withRooms(state, [action.room]);
    case 'room.entered':
      return withEntered(state, action);
    case 'presence.seen':
      return { ...state, presence: withSeen(state.presence, action.presence) };
    default:
      return onEntry(state, action.roomId, (entry) => reduceEntry(entry, action));
  }
};

type EntryAction = Exclude<
  ChatAction,
  EventAction | { type: `list.${string}` | 'room.loaded' | 'room.entered' | 'presence.seen' }
>;

const reduceEntry = (entry: RoomEntry, action: EntryAction): RoomEntry => {
  switch (action.type) {
    case 'room.changed':
      return { ...entry, ...action.change };
    case 'room.gone':
      // What was written stays: it is refused, and can be read and discarded.
      return { ...EMPTY_ENTRY, pending: entry.pending, status: 'failed', error: action.error };
    case 'room.read':
      if (!entry.room || action.seq < entry.room.readSeq) return entry;
      return { ...entry, room: { ...entry.room, readSeq: action.seq, unread: action.unread } };
    case 'message.stored':
      return withStored(entry, action.message);
    case 'message.removed':
      return withRemoved(entry, action);
    case 'history.unready':
      return { ...entry, status: entry.messages ? 'ready' : action.status, error: action.error };
    case 'history.newest':
      return withNewest(entry, action);
    case 'older.loaded':
      return {
        ...entry,
        messages: withMessages(entry.messages ?? [], action.items),
        olderCursor: action.nextCursor,
        loadingOlder: false,
      };
    case 'pending.put':
      return arrived({ ...entry, pending: withPending(entry.pending, action.pending) }, entry.messages ?? []);
    case 'pending.removed':
      return { ...entry, pending: entry.pending.filter(({ clientId }) => clientId !== action.clientId) };
  }
};

const onEntry = (state: ChatState, roomId: number, change: (entry: RoomEntry) => RoomEntry): ChatState => {
  const known = state.entries[roomId];
  const next = change(known ?? EMPTY_ENTRY);
  return next === known || (!known && next === EMPTY_ENTRY)
    ? state
    : { ...state, entries: { ...state.entries, [roomId]: next } };
};

/** Events about a room go to the contract's reducer; the rest is about who is there at all. */
const reduceEvent = (state: ChatState, action: EventAction): ChatState => {
  const { event, payload, userId } = action;
  if (Object.hasOwn(onPresence, event)) {
    const reducer = onPresence[event as GlobalEventName] as PresenceReducer<GlobalEventName>;
    return { ...state, presence: reducer(state.presence, payload as never) };
  }
  const { roomId } = payload as Payload<RoomEventName>;
  // A room nobody has asked about yet: whoever follows the events asks now.
  if (!state.entries[roomId]) return state;
  return onEntry(state, roomId, (entry) => {
    if (event === 'room:activity') return withActivity(entry, payload as Payload<'room:activity'>, userId);
    const next = { ...entry, ...reduceRoom(entry, event, payload, userId) };
    return event === 'message:new' ? arrived(next, [payload as Message]) : next;
  });
};

type GlobalEventName = Exclude<EventName, RoomEventName>;
type PresenceReducer<E extends GlobalEventName> = (presence: PresenceSnapshot, payload: Payload<E>) => PresenceSnapshot;

/** One reducer for each event about no room: an event without one does not compile. */
const onPresence: { [E in GlobalEventName]: PresenceReducer<E> } = {
  'server:hello': (presence, { onlineUserIds }) => ({ ...presence, onlineUserIds: new Set(onlineUserIds) }),
  'user:online': (presence, { userId }) => withOnline(presence, [userId]),
  'user:offline': ({ onlineUserIds, lastSeenAt }, { userId, lastSeenAt: at }) => ({
    onlineUserIds: new Set([...onlineUserIds].filter((id) => id !== userId)),
    lastSeenAt: { ...lastSeenAt, [userId]: at },
  }),
  'auth:expired': (presence) => presence,
  'server:draining': (presence) => presence,
  'room:seq': (presence) => presence,
};

const withOnline = (presence: PresenceSnapshot, userIds: readonly number[]): PresenceSnapshot =>
  userIds.every((id) => presence.onlineUserIds.has(id))
    ? presence
    : { ...presence, onlineUserIds: new Set([...presence.onlineUserIds, ...userIds]) };

const withSeen = (presence: PresenceSnapshot, { members }: Pick<Output<'presence.list'>, 'members'>) => ({
  onlineUserIds: withOnline(
    presence,
    members.filter(({ online }) => online).map(({ userId }) => userId),
  ).onlineUserIds,
  lastSeenAt: {
    ...presence.lastSeenAt,
    ...Object.fromEntries(members.map(({ userId, lastSeenAt }) => [userId, lastSeenAt])),
  },
});

const withRooms = (state: ChatState, rooms: readonly Room[]): ChatState =>
  rooms.reduce((next, room) => onEntry(next, room.id, (entry) => withRoom(entry, room)), state);

const withPages = (state: ChatState, { items, keep }: ListPages<string>): ChatState =>
  withRooms(
    state,
    items.filter(({ id }) => !keep.has(id)),
  );

/** A snapshot that is older than the last `room:activity` knows less of what is unread. */
const withRoom = (entry: RoomEntry, next: Room): RoomEntry => {
  const { room: known, toldSeq } = entry;
  if (!known || known.epoch !== next.epoch) return { ...entry, room: next, toldSeq: next.seq };
  const room = newerRoom(known, next);
  if (next.seq >= toldSeq) return { ...entry, room, toldSeq: next.seq };
  const { lastMessage, unread, readSeq } = known;
  return { ...entry, room: { ...room, lastMessage, unread, readSeq } };
};

const withActivity = (entry: RoomEntry, activity: Payload<'room:activity'>, userId: number): RoomEntry =>
  activity.seq < entry.toldSeq
    ? entry
    : { ...entry, ...reduceRoom(entry, 'room:activity', activity, userId), toldSeq: activity.seq };

/** Rooms that were listed and are not any more: left, or taken away, while there was no connection. */
const withoutUnlisted = (state: ChatState, { items, nextCursor, keep }: ListPages<'list.loaded'>) => {
  const listed = new Set([...keep, ...items.map(({ id }) => id)]);
  const isGone = ({ room, status }: RoomEntry) =>
    room !== null && !listed.has(room.id) && (nextCursor === null || status === 'idle');
  const entries = Object.fromEntries(
    Object.entries(state.entries).map(([id, entry]) => [id, isGone(entry) ? { ...entry, room: null } : entry]),
  );
  return { ...state, entries };
};

const withEntered = (state: ChatState, { entered, replaces }: Extract<ChatAction, { type: 'room.entered' }>) => {
  const { room, onlineUserIds, onlineCount, typingUserIds, activeCall } = entered;
  const present = { ...state, presence: withOnline(state.presence, onlineUserIds) };
  return onEntry(present, room.id, (entry) => ({
    ...entry,
    onlineCount,
    typingUserIds,
    ...(replaces
      ? { room: withOwnPointer(entry.room, room), toldSeq: room.seq, activeCall, ...upTo(entry, room) }
      : { room: entry.room && withPeer(entry.room, room) }),
  }));
};

/** Messages that do not reach up to a snapshot would have a hole with the next event: the page that follows brings them. */
const upTo = ({ messages }: RoomEntry, { lastMessage }: Room): Partial<RoomEntry> =>
  messages && lastMessage && lastMessage.seq > (messages.at(-1)?.seq ?? 0)
    ? { messages: null, olderCursor: null, status: 'loading' }
    : {};

/** Exactly the snapshot, but what was seen here and the server has not been told yet stays seen. */
const withOwnPointer = (known: Room | null, next: Room): Room =>
  known && known.seq <= next.seq ? newerRoom(known, next) : next;

/** The other person's name is in no log. */
const withPeer = (known: Room, { type, name, peer }: Room): Room =>
  type === 'DIRECT' ? { ...known, name, peer } : known;

const withNewest = (entry: RoomEntry, { items, nextCursor }: HistoryPage): RoomEntry => ({
  ...arrived({ ...entry, messages: refreshed(entry.messages ?? [], items) }, items),
  status: 'ready',
  error: null,
  olderCursor: nextCursor,
});

/** The page by `seq`: messages that have not changed stay the same objects. */
const refreshed = (known: readonly Message[], items: readonly Message[]): readonly Message[] => {
  const ids = new Set(items.map(({ id }) => id));
  return withMessages(
    known.filter(({ id }) => ids.has(id)),
    items,
  );
};

/** Into its place, unless that is before all that is loaded. */
const withStored = (entry: RoomEntry, message: Message): RoomEntry => {
  const { messages, room } = entry;
  const fits = messages && (messages.some(({ id }) => id === message.id) || isLoadedAt(entry, message.seq));
  const next = {
    ...entry,
    messages: fits ? withMessages(messages, [message]) : messages,
    room: room && { ...room, lastMessage: laterMessage(room.lastMessage, message) },
  };
  return arrived(next, [message]);
};

const isLoadedAt = ({ messages, olderCursor }: RoomEntry, seq: number) =>
  olderCursor === null || seq > (messages?.[0]?.seq ?? 0);

/** Only that it is deleted counts here; when that was comes with the event or the next page. */
const withRemoved = (entry: RoomEntry, { messageId, at }: { messageId: number; at: string }): RoomEntry => {
  const removed = (message: Message): Message =>
    message.id !== messageId || message.deletedAt ? message : deletedMessage(message, at);
  const { messages, room } = entry;
  return {
    ...entry,
    messages: messages?.map(removed) ?? null,
    room: room && { ...room, lastMessage: room.lastMessage && removed(room.lastMessage) },
  };
};

/** What the server has is pending no more. */
const arrived = (entry: RoomEntry, messages: readonly Message[]): RoomEntry => {
  if (entry.pending.length === 0) return entry;
  const clientIds = new Set(messages.map(({ clientId }) => clientId));
  const pending = entry.pending.filter(({ clientId }) => !clientIds.has(clientId));
  return pending.length === entry.pending.length ? entry : { ...entry, pending };
};

const withPending = (pending: RoomEntry['pending'], next: RoomEntry['pending'][number]): RoomEntry['pending'] =>
  (pending.some(({ clientId }) => clientId === next.clientId)
    ? pending.map((one) => (one.clientId === next.clientId ? next : one))
    : [...pending, next]
  ).sort((a, b) => a.order - b.order);
