'use client';

import { createContext, type ReactNode, useContext, useEffect } from 'react';
import type { ChatClient } from '../client.js';
import type { LiveRoom } from '../live/types.js';

const ClientContext = createContext<ChatClient | null>(null);
const RoomContext = createContext<number | null>(null);

export interface ChatClientProviderProps {
  /** Made once, outside of components or in a `useState`: `createChatClient` does nothing until it is connected. */
  client: ChatClient;
  children: ReactNode;
}

/**
 * Gives its client to the hooks below it, keeps it connected while it is mounted, and loads the list of rooms. One
 * provider for one client.
 */
export const ChatClientProvider = ({ client, children }: ChatClientProviderProps) => {
  useEffect(() => {
    void client.connect();
    void client.roomList.load();
    return client.close;
  }, [client]);
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
};

export interface ChatRoomProviderProps {
  roomId: number;
  children: ReactNode;
}

/** Opens a room while it is mounted: its history, members, typing and presence are kept current for the hooks below. */
export const ChatRoomProvider = ({ roomId, children }: ChatRoomProviderProps) => {
  const client = useChatClient();
  useEffect(() => client.room(roomId).open(), [client, roomId]);
  return <RoomContext.Provider value={roomId}>{children}</RoomContext.Provider>;
};

/** The client of the provider. Throws outside of one. */
export const useChatClient = (): ChatClient => {
  const client = useContext(ClientContext);
  if (!client) throw new Error('This hook is for components inside <ChatClientProvider>');
  return client;
};

/** The room of that id, else of the nearest `ChatRoomProvider`. Throws when there is neither. */
export const useRoom = (roomId?: number): LiveRoom => {
  const provided = useContext(RoomContext);
  const client = useChatClient();
  const id = roomId ?? provided;
  if (id === null) throw new Error('This hook needs a room id, or a <ChatRoomProvider> around it');
  return client.room(id);
};
