import { BOUNDS, type Payload, TIMES } from '@dream-studio/contracts';
import { type Clock, isoNow } from './clock.js';
import type { Connection } from './connections.js';
import type { Hub } from './hub.js';
import { type State, userRow } from './state.js';

/** Who is online, and who shows which room; tells it. A dropped connection may return within the grace period. */
export interface Presence {
  isOnline(userId: number): boolean;
  /** Online members of a room, in the order they came online. */
  onlineIn(roomId: number): number[];
  /** Too many online to tell each one's coming and going. */
  isCrowded(roomId: number): boolean;
  /** The user, then who is online of those whose coming and going they are told. */
  onlineFor(userId: number): number[];
  connected(connection: Connection): void;
  disconnected(connection: Connection): void;
  /** A socket shows the room; true when it is the user's first there. */
  enter(roomId: number, connection: Connection): boolean;
  /** A socket stops showing the room; true when it was the user's last there. */
  exit(roomId: number, connection: Connection): boolean;
  /** Takes a user's view of a room away and tells the room. */
  endView(userId: number, roomId: number): void;
}

export function createPresence(state: State, hub: Hub, clock: Clock): Presence {
  /** Ids of the sockets of each online user; none while the last one may return. */
  const online = new Map<number, Set<string>>();
  /** By room and user: the sockets that show the room, none while the last one may return. */
  const views = new Map<string, Set<string>>();
  const graces = new Map<string, () => void>();
  const countsDue = new Set<number>();

  const viewKey = (roomId: number, userId: number) => `${userId}:${roomId}`;
  const roomsOf = (userId: number) => [...state.rooms.values()].filter(({ members }) => members.has(userId));
  const onlineIn = (roomId: number) => [...online.keys()].filter((id) => state.rooms.get(roomId)?.members.has(id));
  const isCrowded = (roomId: number) => onlineIn(roomId).length > BOUNDS.presenceListMax;

  const companions = (userId: number) => {
    const quiet = roomsOf(userId).filter(({ id }) => !isCrowded(id));
    return [...online.keys()].filter((id) => id !== userId && quiet.some(({ members }) => members.has(id)));
  };

  const countSoon = (roomId: number) => {
    if (countsDue.has(roomId)) return;
    countsDue.add(roomId);
    clock.after(TIMES.roomPresenceMs, () => {
      countsDue.delete(roomId);
      const payload = { roomId, onlineCount: onlineIn(roomId).length };
      hub.publish([{ event: 'room:presence', audience: { room: roomId }, payload }]);
    });
  };

  /** To the user's own sockets and those of users who share a room; a crowded room only gets its count. */
  const tell = <E extends 'user:online' | 'user:offline'>(userId: number, event: E, payload: Payload<E>) => {
    hub.publish([{ event, audience: { users: [userId, ...companions(userId)] }, payload }]);
    for (const { id } of roomsOf(userId)) if (isCrowded(id)) countSoon(id);
  };

  const afterGrace = (key: string, then: () => void) => {
    graces.get(key)?.();
    graces.set(key, clock.after(TIMES.presenceGraceMs, then));
  };

  const endView = (userId: number, roomId: number) => {
    if (!views.delete(viewKey(roomId, userId)) || isCrowded(roomId)) return;
    const payload = { userId, roomId, timestamp: isoNow(clock) };
    hub.publish([{ event: 'member:left', audience: { room: roomId }, payload }]);
  };

  const goOffline = (userId: number) => {
    if (online.get(userId)?.size !== 0) return;
    const lastSeenAt = isoNow(clock);
    userRow(state, userId).lastSeenAt = lastSeenAt;
    const crowded = roomsOf(userId).filter(({ id }) => isCrowded(id));
    online.delete(userId);
    tell(userId, 'user:offline', { userId, timestamp: lastSeenAt, lastSeenAt });
    for (const { id } of crowded) countSoon(id);
  };

  return {
    isOnline: (userId) => online.has(userId),
    onlineIn,
    isCrowded,
    onlineFor: (userId) => [userId, ...companions(userId).slice(0, BOUNDS.helloOnlineMax - 1)],

    connected({ userId, id: socketId }) {
      graces.get(String(userId))?.();
      const sockets = online.get(userId);
      if (sockets) return void sockets.add(socketId);
      online.set(userId, new Set([socketId]));
      const timestamp = isoNow(clock);
      userRow(state, userId).lastSeenAt = timestamp;
      tell(userId, 'user:online', { userId, socketId, timestamp });
    },

    disconnected({ userId, id: socketId, rooms }) {
      for (const roomId of rooms) {
        const view = views.get(viewKey(roomId, userId));
        if (!view?.delete(socketId) || view.size > 0) continue;
        afterGrace(viewKey(roomId, userId), () => {
          if (views.get(viewKey(roomId, userId))?.size === 0) endView(userId, roomId);
        });
      }
      const sockets = online.get(userId);
      sockets?.delete(socketId);
      if (sockets?.size === 0) afterGrace(String(userId), () => goOffline(userId));
    },

    enter(roomId, { userId, id }) {
      const key = viewKey(roomId, userId);
      const view = views.get(key);
      views.set(key, (view ?? new Set()).add(id));
      return view === undefined;
    },

    exit(roomId, { userId, id }) {
      const key = viewKey(roomId, userId);
      const view = views.get(key);
      if (!view?.delete(id) || view.size > 0) return false;
      return views.delete(key);
    },

    endView,
  };
}
