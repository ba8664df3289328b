import { BOUNDS, type ChatClient, isChatError, type Message } from '@dream-studio/sdk';
import { errorText } from '@/lib/errors';
import { randomId } from '@/lib/random-id';
import { createStore } from '@/lib/store';
import { EMPTY, type MessageChange, type MessagesAction, messagesReducer, type RoomMessages } from './messages.reducer';

export type MessagesStore = ReturnType<typeof createMessagesStore>;

/** The messages of the rooms visited in this session: kept up to date by events, and sent through here. */
export function createMessagesStore(chat: ChatClient, report: (error: unknown) => void) {
  const state = createStore<Readonly<Record<number, RoomMessages>>>({});

  const dispatch = (roomId: number, action: MessagesAction) =>
    state.set((rooms) => ({ ...rooms, [roomId]: messagesReducer(rooms[roomId] ?? EMPTY, action) }));

  /** Rooms never opened have no list to keep. */
  const dispatchIfOpened = (roomId: number, action: MessagesAction) => {
    if (state.get()[roomId]) dispatch(roomId, action);
  };
  const change = (roomId: number, messageId: number, change: MessageChange) =>
    dispatchIfOpened(roomId, { type: 'changed', messageId, change });

  const load = async (roomId: number, limit: number = BOUNDS.pageDefault) => {
    dispatch(roomId, { type: 'opened' });
    try {
      dispatch(roomId, { type: 'latest', ...(await chat.messages.list({ roomId, limit })) });
    } catch (error) {
      dispatch(roomId, { type: 'failed', error: errorText(error) });
      if (isChatError(error, 'UNAUTHENTICATED')) report(error);
    }
  };

  const deliver = async (roomId: number, clientId: string, content: string) => {
    try {
      dispatch(roomId, { type: 'posted', message: await chat.messages.create({ roomId, content, clientId }) });
    } catch (error) {
      const wait = isChatError(error) ? error.retryAfterMs : undefined;
      const retryAt = wait === undefined ? null : Date.now() + wait;
      const text = isChatError(error, 'RATE_LIMITED') ? error.message : errorText(error);
      dispatch(roomId, { type: 'sendFailed', clientId, error: text, retryAt });
      if (isChatError(error, 'UNAUTHENTICATED')) report(error);
    }
  };

  return {
    state,
    load,

    async loadOlder(roomId: number) {
      const room = state.get()[roomId];
      if (!room || room.loadingOlder || room.olderCursor === null) return;
      dispatch(roomId, { type: 'olderRequested' });
      try {
        dispatch(roomId, { type: 'older', ...(await chat.messages.list({ roomId, before: room.olderCursor })) });
      } catch (error) {
        dispatch(roomId, { type: 'olderFailed' });
        report(error);
      }
    },

    send(roomId: number, content: string) {
      const pending = { clientId: randomId(), content, createdAt: new Date().toISOString() };
      dispatch(roomId, { type: 'sending', pending });
      void deliver(roomId, pending.clientId, content);
    },

    /** The same `clientId` again: if the first try did arrive, the server answers with that message. */
    retry(roomId: number, clientId: string) {
      const pending = state.get()[roomId]?.pending.find((one) => one.clientId === clientId);
      if (!pending) return;
      dispatch(roomId, { type: 'sending', pending });
      void deliver(roomId, clientId, pending.content);
    },

    discard: (roomId: number, clientId: string) => dispatch(roomId, { type: 'discarded', clientId }),

    async edit({ id, roomId }: Pick<Message, 'id' | 'roomId'>, content: string) {
      const edited = await chat.messages.edit({ roomId, messageId: id, content });
      change(roomId, id, { content: edited.content, updatedAt: edited.updatedAt });
    },

    async remove({ id, roomId }: Pick<Message, 'id' | 'roomId'>) {
      await chat.messages.delete({ roomId, messageId: id });
      change(roomId, id, { deletedAt: new Date().toISOString() });
    },

    /** After a reconnect: the open room is caught up with, the others are loaded anew when they are opened. */
    resume(openRoomId: number | null) {
      for (const key of Object.keys(state.get())) {
        if (Number(key) !== openRoomId) dispatch(Number(key), { type: 'stale' });
      }
      return openRoomId === null ? Promise.resolve() : load(openRoomId, BOUNDS.pageMax);
    },

    listen: () => [
      chat.on('message:new', (message) => dispatchIfOpened(message.roomId, { type: 'posted', message })),
      chat.on('message:edited', (e) => change(e.roomId, e.messageId, { content: e.content, updatedAt: e.updatedAt })),
      chat.on('message:deleted', (e) => change(e.roomId, e.messageId, { deletedAt: e.deletedAt })),
    ],
  };
}
