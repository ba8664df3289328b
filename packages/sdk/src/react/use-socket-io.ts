'use client';

import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { ChatEvents } from '../generated/events.js';
import { useChatClient } from './context.js';

export interface UseSocketIOOptions {
  /** Nothing is opened while false. True when absent. */
  enabled?: boolean;
  onNewMessage?: ChatEvents['message:new'];
}

export interface UseSocketIO {
  isConnected: boolean;
  /** Ids of others typing in the room. */
  typingUsers: readonly number[];
  /** Ids of the room's members who are online. */
  onlineUsers: readonly number[];
  /** Says that the user is typing, or with `false` that it ended. */
  emitTyping: (isTyping?: boolean) => void;
}

const NOBODY: readonly number[] = [];
const never = () => () => {};

/**
 * The hook of frontends written by hand before this SDK, kept as it was: the room is open while the hook is mounted and
 * enabled.
 */
export const useSocketIO = (
  roomId: number | undefined,
  { enabled = true, onNewMessage }: UseSocketIOOptions = {},
): UseSocketIO => {
  const client = useChatClient();
  const room = enabled && roomId !== undefined ? client.room(roomId) : undefined;
  useEffect(() => room?.open(), [room]);
  useEffect(
    () =>
      onNewMessage && room
        ? client.on('message:new', (message) => message.roomId === room.id && onNewMessage(message))
        : undefined,
    [client, room, onNewMessage],
  );

  const connection = useSyncExternalStore(client.connection.subscribe, client.connection.get, client.connection.get);
  const typing = () => room?.get().typingUserIds ?? NOBODY;
  const typingUsers = useSyncExternalStore(room?.subscribe ?? never, typing, typing);
  const members = () => room?.get().members ?? null;
  const known = useSyncExternalStore(room?.subscribe ?? never, members, members);
  const online = () => client.presence.get().onlineUserIds;
  const onlineUserIds = useSyncExternalStore(client.presence.subscribe, online, online);
  const emitTyping = useCallback((isTyping = true) => (isTyping ? room?.typing() : room?.stopTyping()), [room]);
  return {
    isConnected: connection === 'connected',
    typingUsers,
    onlineUsers: known ? known.map(({ userId }) => userId).filter((id) => onlineUserIds.has(id)) : NOBODY,
    emitTyping,
  };
};
