import type { RoomAccess } from '../../core/context.js';
import type { AccessReader, Emission } from '../../core/ports.js';

/** Memberships kept in memory. */
const CAPACITY = 100_000;

export interface AccessCache extends AccessReader {
  /** Follows what is published: a change of members holds for every call after it. */
  published(emission: Emission): void;
  /** Forgets everyone: what was published may not have been heard. */
  clear(): void;
}

/**
 * Remembers who is a member of which room, so that a call does not have to ask the database. A room's members are forgotten
 * when any of them changes: the change is published before its caller has an answer. What was being read meanwhile is not
 * kept, and that someone is no member never is. Nobody is remembered while this node does not hear what others publish
 * (`hears`).
 */
export function createAccessCache(
  reader: AccessReader,
  { capacity = CAPACITY, hears = () => true }: { capacity?: number; hears?(): boolean } = {},
): AccessCache {
  /** By room, and in it by user; the room that was first remembered comes first. */
  const rooms = new Map<number, Map<number, RoomAccess>>();
  let size = 0;

  const membersOf = (roomId: number): Map<number, RoomAccess> => {
    const known = rooms.get(roomId);
    if (known) return known;
    const members = new Map<number, RoomAccess>();
    rooms.set(roomId, members);
    return members;
  };

  const forget = (roomId: number) => {
    size -= rooms.get(roomId)?.size ?? 0;
    rooms.delete(roomId);
  };

  const keep = (members: Map<number, RoomAccess>, userId: number, access: RoomAccess) => {
    // Forgotten while this was read: it may be what was true before.
    if (rooms.get(access.roomId) !== members || members.has(userId)) return;
    members.set(userId, access);
    size += 1;
    while (size > capacity) forget(rooms.keys().next().value as number);
  };

  return {
    ...reader,
    async byRoom(userId, roomId) {
      if (!hears()) return reader.byRoom(userId, roomId);
      const members = membersOf(roomId);
      const known = members.get(userId);
      if (known) return known;
      try {
        const access = await reader.byRoom(userId, roomId);
        if (access) keep(members, userId, access);
        return access;
      } finally {
        if (members.size === 0 && rooms.get(roomId) === members) rooms.delete(roomId);
      }
    },
    published({ event, payload }) {
      if (CHANGES.has(event)) forget((payload as { roomId: number }).roomId);
    },
    clear() {
      rooms.clear();
      size = 0;
    },
  };
}

const CHANGES: ReadonlySet<Emission['event']> = new Set(['member:added', 'member:removed', 'member:role']);
