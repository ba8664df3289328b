import type { Room } from '@dream-studio/contracts';
import { BOUNDS } from '@dream-studio/contracts/limits';
import { isChatError, toChatError } from '../errors.js';
import type { ChatState, EventAction } from '../store/chat-state.js';
import { memoizeLast } from '../store/memoize.js';
import { select } from '../store/readable.js';
import { coalesceByKey } from './coalesce.js';
import type { LiveContext } from './context.js';
import { readPages } from './pages.js';
import type { Presence, RoomList, RoomListSnapshot } from './types.js';

/** Adding a hundred people sends a hundred events: the room is asked for once. */
const REFRESH_MS = 200;

export interface ManagedRoomList {
  readonly list: RoomList;
  /** An event about a room has been applied, or could not be: the room is not known. */
  follow(action: EventAction, roomId: number): void;
  /** Asks the server about one room, soon. */
  refresh(roomId: number): void;
  /** A room came, or went, by something else than the list. */
  touched(roomId: number): void;
  /** After a lost connection. */
  resume(): void;
  clear(): void;
}

/** `followedIds`: rooms whose log is followed. It brings all that a snapshot has, and in its order. */
export const createRoomList = (
  { state, dispatch, operations, me }: LiveContext,
  presence: Presence,
  followedIds: () => readonly number[],
): ManagedRoomList => {
  /** Rooms that came or went while the list was asked for; null when it is not. */
  let since: Set<number> | null = null;
  let loading: Promise<void> | null = null;

  const read = (from: { cursor?: string }) => operations.rooms.list({ ...from, limit: BOUNDS.pageMax });

  const loadNow = async () => {
    since = new Set();
    const { list, entries } = state.get();
    // A list that was whole is whole again.
    const isWhole = list.status === 'ready' && list.nextCursor === null;
    const wanted = isWhole ? Number.POSITIVE_INFINITY : roomsOf(entries).length;
    dispatch({ type: 'list.changed', change: { status: 'loading', error: null } });
    try {
      const pages = await readPages(read, wanted);
      dispatch({ type: 'list.loaded', ...pages, keep: new Set([...since, ...followedIds()]) });
    } catch (cause) {
      dispatch({ type: 'list.changed', change: { status: 'failed', error: toChatError(cause) } });
    } finally {
      since = null;
      loading = null;
    }
  };

  const load = () => {
    loading ??= loadNow();
    return loading;
  };

  const refreshNow = async (roomId: number) => {
    const isNew = !state.get().entries[roomId]?.room;
    try {
      const { peer } = await operations.rooms.get({ roomId });
      // Whether a stranger is online nobody has told.
      if (isNew && peer) await presence.ask(roomId, [peer.id]);
    } catch (error) {
      if (isChatError(error, 'NOT_A_MEMBER')) dispatch({ type: 'room.gone', roomId, error });
    }
  };
  const refresh = coalesceByKey(refreshNow, REFRESH_MS);

  const list: RoomList = {
    ...select(state, createListSnapshots()),
    load,
    loadMore: async () => {
      const { nextCursor: cursor } = state.get().list;
      if (cursor === null) return;
      dispatch({ type: 'list.more', ...(await read({ cursor })), keep: new Set(followedIds()) });
    },
  };

  const isLoaded = () => state.get().list.status !== 'idle';

  return {
    list,
    follow: ({ event, payload }, roomId) => {
      const mine = 'userId' in payload && payload.userId === me().id;
      const isNew = event === 'member:added' && mine;
      const isUnknown = event !== 'member:removed' && !state.get().entries[roomId]?.room;
      if (isLoaded() && (isNew || isUnknown)) refresh.call(roomId);
    },
    refresh: refresh.call,
    touched: (roomId) => since?.add(roomId),
    resume: () => {
      // A list that is under way may have been read before events followed.
      if (isLoaded()) void Promise.resolve(loading).then(load);
    },
    clear: refresh.cancel,
  };
};

const activity = (room: Room) => Date.parse(room.lastMessage?.createdAt ?? room.createdAt);
const byActivity = (a: Room, b: Room) => activity(b) - activity(a) || b.id - a.id;

const roomsOf = (entries: ChatState['entries']): Room[] =>
  Object.values(entries).flatMap(({ room }) => (room ? [room] : []));

/** Makes the list of the state: the same object while neither the list nor a room in it has changed. */
const createListSnapshots = () => {
  const sorted = memoizeLast((rooms: readonly Room[]) => [...rooms].sort(byActivity));
  const snapshotOf = memoizeLast(
    ([list, rooms]: readonly [ChatState['list'], readonly Room[]]): RoomListSnapshot => ({
      status: list.status,
      error: list.error,
      rooms,
      hasMore: list.nextCursor !== null,
      unread: rooms.reduce((sum, { unread }) => sum + unread, 0),
    }),
  );
  return ({ entries, list }: ChatState) => snapshotOf([list, sorted(roomsOf(entries))]);
};
