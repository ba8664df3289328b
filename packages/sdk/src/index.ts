export type {
  Call,
  ErrorBody,
  ErrorCode,
  EventName,
  Input,
  Member,
  Message,
  OperationName,
  Output,
  Payload,
  Room,
  User,
} from '@dream-studio/contracts';
export { BOUNDS, LIMITS, TIMES } from '@dream-studio/contracts/limits';
export type { CallOptions } from './call.js';
export { type ChatClient, type ChatClientOptions, createChatClient } from './client.js';
export type { ConnectionState } from './connection-state.js';
export { ChatError, isChatError } from './errors.js';
export type { ChatEvents } from './generated/events.js';
export type {
  LiveRoom,
  LoadStatus,
  Outgoing,
  Presence,
  PresenceSnapshot,
  RoomList,
  RoomListSnapshot,
  RoomSnapshot,
  SendStatus,
  TimelineMessage,
} from './live/types.js';
export type { OutboxStorage, StoredMessage } from './outbox/storage.js';
export type { ChatSocket, OpenSocket } from './socket.js';
export type { Readable } from './store/readable.js';
