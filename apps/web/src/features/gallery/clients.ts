import type { ChatClient, ConnectionState, LiveRoom } from '@dream-studio/sdk';

/** Clients that stay where real ones do not stay for long: they give up waiting for an answer after some seconds. */

/** Never asks for the list of rooms. */
export const withoutRooms = (chat: ChatClient): ChatClient => ({
  ...chat,
  roomList: { ...chat.roomList, load: async () => {} },
});

/** Never opens a room. */
export function withoutHistory(chat: ChatClient): ChatClient {
  const rooms = new Map<number, LiveRoom>();
  const room = (roomId: number): LiveRoom => {
    const live = rooms.get(roomId) ?? { ...chat.room(roomId), open: () => () => {} };
    rooms.set(roomId, live);
    return live;
  };
  return { ...chat, room };
}

/** Says so of its connection, whatever that is. */
export const saying =
  (state: ConnectionState) =>
  (chat: ChatClient): ChatClient => ({ ...chat, connection: { get: () => state, subscribe: () => () => {} } });
