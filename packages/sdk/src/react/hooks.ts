'use client';

import type { Member, User } from '@dream-studio/contracts';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection-state.js';
import type { LiveRoom, RoomList, RoomListSnapshot, RoomSnapshot, TimelineMessage } from '../live/types.js';
import { useChatClient, useRoom } from './context.js';
import { useReadable, whole } from './use-readable.js';

export const useChatConnection = (): ConnectionState => useReadable(useChatClient().connection, whole);

/** Who is signed in, as the token says; null until there is one. */
export const useMe = (): User | null => useReadable(useChatClient().me, whole);

/** The user's rooms, last activity first. */
export const useRooms = (): RoomListSnapshot & Pick<RoomList, 'load' | 'loadMore'> => {
  const { roomList } = useChatClient();
  const snapshot = useReadable(roomList, whole);
  return { ...snapshot, load: roomList.load, loadMore: roomList.loadMore };
};

/** Unread messages of one room, `BOUNDS.unreadMax` or more being many; or of all loaded rooms when no id is given. */
export const useUnread = (roomId?: number): number => {
  const { roomList, room } = useChatClient();
  const source = roomId === undefined ? roomList : room(roomId);
  const unread = () => (roomId === undefined ? roomList.get().unread : (room(roomId).get().room?.unread ?? 0));
  return useSyncExternalStore(source.subscribe, unread, unread);
};

/** One's own messages that are not sent, of all rooms and from all tabs. */
export const useUnsent = (): readonly TimelineMessage[] => useReadable(useChatClient().unsent, whole);

/** A part of what is known of a room. `pick` must return the same reference for the same snapshot. */
export const useRoomSnapshot = <S>(pick: (snapshot: RoomSnapshot) => S, roomId?: number): S =>
  useReadable(useRoom(roomId), pick);

const NO_MEMBERS: readonly Member[] = [];

/** The members of an open room, by user id; none until loaded. */
export const useMembers = (roomId?: number): readonly Member[] =>
  useRoomSnapshot(({ members }) => members ?? NO_MEMBERS, roomId);

export interface UseMessages
  extends Pick<RoomSnapshot, 'messages' | 'status' | 'error' | 'hasOlder' | 'loadingOlder' | 'limitedUntil'>,
    Pick<LiveRoom, 'send' | 'retry' | 'discard' | 'edit' | 'loadOlder' | 'reload' | 'markRead'> {
  /** Deletes a message: `delete` is no name for a variable. */
  remove: LiveRoom['delete'];
}

/** The conversation in an open room. The functions are the same from render to render. */
export const useMessages = (roomId?: number): UseMessages => {
  const room = useRoom(roomId);
  const messages = useReadable(room, (snapshot) => snapshot.messages);
  const status = useReadable(room, (snapshot) => snapshot.status);
  const error = useReadable(room, (snapshot) => snapshot.error);
  const hasOlder = useReadable(room, (snapshot) => snapshot.hasOlder);
  const loadingOlder = useReadable(room, (snapshot) => snapshot.loadingOlder);
  const limitedUntil = useReadable(room, (snapshot) => snapshot.limitedUntil);
  const { send, retry, discard, edit, delete: remove, loadOlder, reload, markRead } = room;
  return {
    messages,
    status,
    error,
    hasOlder,
    loadingOlder,
    limitedUntil,
    send,
    retry,
    discard,
    edit,
    remove,
    loadOlder,
    reload,
    markRead,
  };
};

export interface UseTyping extends Pick<LiveRoom, 'typing' | 'stopTyping'> {
  /** Others typing right now. */
  typingUsers: readonly User[];
}

/** Who is typing in an open room, and the way to say that one is. */
export const useTyping = (roomId?: number): UseTyping => {
  const room = useRoom(roomId);
  const ids = useReadable(room, ({ typingUserIds }) => typingUserIds);
  const members = useMembers(roomId);
  const typingUsers = useMemo(
    () => ids.map((id) => members.find(({ userId }) => userId === id)?.user ?? { id, name: 'Someone', picture: null }),
    [ids, members],
  );
  return { typingUsers, typing: room.typing, stopTyping: room.stopTyping };
};

export interface UsePresence {
  /** Members of the room who are online, as far as they are known by name. */
  onlineUserIds: readonly number[];
  /** How many members are online, in large rooms as the server last said. */
  onlineCount: number;
}

/** Over this many members online nobody is told one by one. */
const TOLD_MAX = 100;

/** Who of an open room's members is online. */
export const usePresence = (roomId?: number): UsePresence => {
  const members = useMembers(roomId);
  const count = useRoomSnapshot(({ onlineCount }) => onlineCount, roomId);
  const memberCount = useRoomSnapshot(({ room }) => room?.memberCount, roomId);
  const online = useReadable(useChatClient().presence, ({ onlineUserIds }) => onlineUserIds);
  return useMemo(() => {
    const onlineUserIds = members.map(({ userId }) => userId).filter((userId) => online.has(userId));
    const complete = memberCount !== undefined && members.length >= memberCount && count <= TOLD_MAX;
    return { onlineUserIds, onlineCount: complete ? onlineUserIds.length : count };
  }, [members, online, count, memberCount]);
};

/** Whether someone the user shares a room with is online. */
export const useOnline = (userId: number | undefined): boolean =>
  useReadable(useChatClient().presence, ({ onlineUserIds }) => userId !== undefined && onlineUserIds.has(userId));

/** When a member who is not online was last seen: an ISO time; null for never, undefined while not known. */
export const useLastSeen = (roomId: number, userId: number | undefined): string | null | undefined => {
  const { presence } = useChatClient();
  const online = useOnline(userId);
  const lastSeenAt = useReadable(presence, (snapshot) =>
    userId === undefined ? undefined : snapshot.lastSeenAt[userId],
  );
  const unknown = userId !== undefined && !online && lastSeenAt === undefined;
  useEffect(() => {
    if (unknown) void presence.ask(roomId, [userId]);
  }, [presence, roomId, userId, unknown]);
  return online ? undefined : lastSeenAt;
};
