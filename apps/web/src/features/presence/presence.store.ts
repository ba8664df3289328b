import type { ChatClient } from '@dream-studio/sdk';
import { createStore } from '@/lib/store';

interface PresenceState {
  /** Users known to be online. */
  online: ReadonlySet<number>;
  /** How many members are online, by room, as the server last said. */
  counts: Readonly<Record<number, number>>;
  lastSeenAt: Readonly<Record<number, string>>;
}

interface RoomPresence {
  onlineUserIds: readonly number[];
  onlineCount: number;
}

export type PresenceStore = ReturnType<typeof createPresenceStore>;

/** Who is online among the people the user shares rooms with. */
export function createPresenceStore(chat: ChatClient, userId: number, report: (error: unknown) => void) {
  const state = createStore<PresenceState>({ online: new Set(), counts: {}, lastSeenAt: {} });

  const setOnline = (id: number, online: boolean) =>
    state.set((presence) => {
      if (presence.online.has(id) === online) return presence;
      const ids = new Set(presence.online);
      if (online) ids.add(id);
      else ids.delete(id);
      return { ...presence, online: ids };
    });

  const setCount = (roomId: number, count: number) =>
    state.set((presence) => ({ ...presence, counts: { ...presence.counts, [roomId]: count } }));

  const setLastSeen = (id: number, at: string) =>
    state.set((presence) => ({ ...presence, lastSeenAt: { ...presence.lastSeenAt, [id]: at } }));

  const seen = (roomId: number, { onlineUserIds, onlineCount }: RoomPresence) => {
    setCount(roomId, onlineCount);
    state.set((presence) => ({ ...presence, online: new Set([...presence.online, ...onlineUserIds]) }));
  };

  return {
    state,
    /** What the server said about a room. */
    seen,

    /** Asks who is online in a room, and when the given members were last seen. */
    async refresh(roomId: number, userIds: number[] = []) {
      try {
        const presence = await chat.presence.list({ roomId, userIds });
        seen(roomId, presence);
        for (const member of presence.members) {
          setOnline(member.userId, member.online);
          if (member.lastSeenAt) setLastSeen(member.userId, member.lastSeenAt);
        }
      } catch (error) {
        report(error);
      }
    },

    /** After a break nothing of it holds; `mine` does, as this client is connected. */
    reset: () => state.set((presence) => ({ ...presence, online: new Set([userId]) })),

    listen: () => [
      chat.on('user:online', (e) => setOnline(e.userId, true)),
      chat.on('user:offline', (e) => {
        setOnline(e.userId, false);
        setLastSeen(e.userId, e.lastSeenAt);
      }),
      chat.on('member:joined', (e) => setOnline(e.userId, true)),
      chat.on('room:presence', (e) => setCount(e.roomId, e.onlineCount)),
    ],
  };
}
