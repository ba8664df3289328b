import { type ChatClient, isChatError, type Room } from '@dream-studio/sdk';
import { coalesceByKey } from '@/lib/coalesce';
import { errorText } from '@/lib/errors';
import { createStore } from '@/lib/store';
import { NO_ROOMS, type RoomsAction, roomsReducer } from './rooms.reducer';

/** Adding a hundred people sends a hundred events: the room is asked for once. */
const REFRESH_MS = 200;
const MARK_READ_MS = 1_000;

interface Options {
  chat: ChatClient;
  userId: number;
  report: (error: unknown) => void;
  /** The user was removed from a room by someone else. */
  onRemoved: (room: Room) => void;
}

export type RoomsStore = ReturnType<typeof createRoomsStore>;

/** The list of rooms: kept up to date by events, and changed through here. */
export function createRoomsStore({ chat, userId, report, onRemoved }: Options) {
  const state = createStore(NO_ROOMS);
  const dispatch = (action: RoomsAction) => state.set((rooms) => roomsReducer(rooms, action));
  const find = (roomId: number) => state.get().rooms.find(({ id }) => id === roomId);

  const put = (room: Room) => {
    dispatch({ type: 'loaded', room });
    return room;
  };

  const load = async () => {
    try {
      const { items, nextCursor } = await chat.rooms.list({ limit: 100 });
      dispatch({ type: 'listed', rooms: items, nextCursor });
    } catch (error) {
      dispatch({ type: 'failed', error: errorText(error) });
      if (isChatError(error, 'UNAUTHENTICATED')) report(error);
    }
  };

  const refresh = coalesceByKey((roomId: number) => {
    chat.rooms.get({ roomId }).then(put, (error) => {
      if (isChatError(error, 'NOT_A_MEMBER')) dispatch({ type: 'gone', roomId });
      else report(error);
    });
  }, REFRESH_MS);

  const read = createReadMarker(chat, (roomId, unread) => dispatch({ type: 'read', roomId, unread }));

  return {
    state,
    find,
    load,
    put,
    markRead: read.mark,

    async loadMore() {
      const { nextCursor: cursor } = state.get();
      if (cursor === null) return;
      const { items, nextCursor } = await chat.rooms.list({ cursor, limit: 100 });
      dispatch({ type: 'listedMore', rooms: items, nextCursor });
    },

    create: async (name: string, memberIds: number[]) => put(await chat.rooms.create({ name, memberIds })),
    direct: async (withUserId: number) => put(await chat.rooms.direct({ userId: withUserId })),
    rename: async (roomId: number, name: string) => put(await chat.rooms.update({ roomId, name })),
    archive: async (roomId: number) => put(await chat.rooms.archive({ roomId })),

    async leave(roomId: number) {
      await chat.members.remove({ roomId, userId });
      dispatch({ type: 'gone', roomId });
    },

    listen: () => [
      ...listenToRooms(chat, userId, dispatch),
      chat.on('message:new', (message) => {
        if (!find(message.roomId)) refresh.call(message.roomId);
        dispatch({ type: 'posted', message, mine: message.senderId === userId });
      }),
      chat.on('member:added', ({ roomId }) => refresh.call(roomId)),
      chat.on('member:role', ({ roomId }) => refresh.call(roomId)),
      chat.on('member:removed', ({ roomId, userId: removed, by }) => {
        if (removed !== userId) return refresh.call(roomId);
        const room = find(roomId);
        if (room && by !== userId) onRemoved(room);
        dispatch({ type: 'gone', roomId });
      }),
      refresh.cancel,
      read.cancel,
    ],
  };
}

/** The events that change a room by themselves, without asking the server again. */
const listenToRooms = (chat: ChatClient, userId: number, dispatch: (action: RoomsAction) => void) => [
  chat.on('message:edited', (e) => dispatch({ type: 'edited', ...e })),
  chat.on('message:deleted', (e) => dispatch({ type: 'deleted', ...e })),
  chat.on('room:updated', (e) => dispatch({ type: 'renamed', ...e })),
  chat.on('room:archived', (e) => dispatch({ type: 'archived', ...e, archivedAt: new Date().toISOString() })),
  // Another tab or device of mine has read the room.
  chat.on('room:read', (e) => {
    if (e.userId === userId) dispatch({ type: 'readUpTo', roomId: e.roomId, seq: e.seq });
  }),
];

/** Tells the server what has been seen: at most once a second and room, and nothing twice. */
function createReadMarker(chat: ChatClient, onRead: (roomId: number, unread: number) => void) {
  const wanted = new Map<number, number>();
  const marked = new Map<number, number>();

  const send = async (roomId: number) => {
    const seq = wanted.get(roomId) ?? 0;
    if (seq <= (marked.get(roomId) ?? 0)) return;
    marked.set(roomId, seq);
    try {
      onRead(roomId, (await chat.rooms.markRead({ roomId, seq })).unread);
    } catch {
      // Nobody waits for it, and the next message or visit tries again.
      marked.delete(roomId);
    }
  };

  const throttled = coalesceByKey((roomId: number) => void send(roomId), MARK_READ_MS);
  return {
    mark(roomId: number, seq: number) {
      wanted.set(roomId, Math.max(seq, wanted.get(roomId) ?? 0));
      if (seq > (marked.get(roomId) ?? 0)) throttled.call(roomId);
    },
    cancel: throttled.cancel,
  };
}
