export { deletedMessage, newerMessage, withMessages } from './messages.js';
export { laterMessage, newerRoom, unreadAfter } from './room.js';
export { EMPTY_ROOM_STATE, type RoomEventName, type RoomState, reduceRoom } from './room-state.js';
