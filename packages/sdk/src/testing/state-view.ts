import type { Presence } from './presence.js';
import { membersOf } from './services/room.js';
import type { Typing } from './services/typing.js';
import { existing, type State, toCall, toMessage, toRoom, toUser } from './state.js';
import type { StateView } from './types.js';

/** The state in the contract's shapes. */
export function createStateView({
  state,
  presence,
  typing,
}: {
  state: State;
  presence: Presence;
  typing: Typing;
}): StateView {
  return {
    get users() {
      return [...state.users.values()].map(toUser);
    },
    get roomIds() {
      return [...state.rooms.keys()];
    },
    get onlineUserIds() {
      return [...state.users.keys()].filter((userId) => presence.isOnline(userId));
    },
    room(roomId, userId) {
      const room = existing(state.rooms, roomId);
      return toRoom(state, room, existing(room.members, userId));
    },
    members: (roomId) => membersOf(state, existing(state.rooms, roomId)),
    messages: (roomId) => existing(state.rooms, roomId).messages.map((message) => toMessage(state, message)),
    calls: (roomId) => [...state.calls.values()].filter((call) => call.roomId === roomId).map(toCall),
    typingUserIds: (roomId) => typing.in(roomId),
  };
}
