export { withMessages } from './messages.js';
export { newerRoom } from './room.js';
export { EMPTY_ROOM_STATE, type RoomEventName, type RoomState, reduceRoom } from './room-state.js';
