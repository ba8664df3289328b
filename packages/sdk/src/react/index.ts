'use client';

export {
  ChatClientProvider,
  type ChatClientProviderProps,
  ChatRoomProvider,
  type ChatRoomProviderProps,
  useChatClient,
  useRoom,
} from './context.js';
export {
  type UseMessages,
  type UsePresence,
  type UseTyping,
  useChatConnection,
  useLastSeen,
  useMe,
  useMembers,
  useMessages,
  useOnline,
  usePresence,
  useRoomSnapshot,
  useRooms,
  useTyping,
  useUnread,
  useUnsent,
} from './hooks.js';
export { type UseSocketIO, type UseSocketIOOptions, useSocketIO } from './use-socket-io.js';
