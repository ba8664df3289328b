import type { RoomAccess } from '../../core/context.js';
import type { AccessReader, Emission } from '../../core/ports.js';

/** Memberships kept in memory. */
const CAPACITY = 100_000;

interface AccessCacheOptions {
  capacity?: number;
  /** Whether this node hears what others publish: nobody is remembered while it does not. */
  hears?(): boolean;
  /** How long anybody is remembered, in milliseconds. */
  maxAgeMs?: number;
}

/** What is remembered of a room. */
interface Remembered {
  /** When the first of its members was asked for. */
  readonly since: number;
  readonly members: Map<number, RoomAccess>;
}

export interface AccessCache extends AccessReader {
  /** Follows what is published: a change of members holds for every call after it. */
  published(emission: Emission): void;
  /** Forgets everyone: what was published may not have been heard. */
  clear(): void;
}

/**
 * Remembers who is a member of which room, so that a call does not have to ask the database. A room's members are forgotten
 * when any of them changes: the change is published before its caller has an answer. What was being read meanwhile is not
 * kept, and that someone is no member never is. What is never heard, since the node that published it is dead or cut off,
 * counts after `maxAgeMs`.
 */
export function createAccessCache(
  reader: AccessReader,
  { capacity = CAPACITY, hears = () => true, maxAgeMs = Number.POSITIVE_INFINITY }: AccessCacheOptions = {},
): AccessCache {
  /** By room, and in it by user; the room that was first remembered comes first. */
  const rooms = new Map<number, Remembered>();
  let size = 0;

  const forget = (roomId: number) => {
    size -= rooms.get(roomId)?.members.size ?? 0;
    rooms.delete(roomId);
  };

  const membersOf = (roomId: number): Map<number, RoomAccess> => {
    const known = rooms.get(roomId);
    const now = performance.now();
    if (known && now - known.since < maxAgeMs) return known.members;
    forget(roomId);
    const members = new Map<number, RoomAccess>();
    rooms.set(roomId, { since: now, members });
    return members;
  };

  const keep = (members: Map<number, RoomAccess>, userId: number, access: RoomAccess) => {
    // Forgotten while this was read: it may be what was true before.
    if (rooms.get(access.roomId)?.members !== members || members.has(userId)) return;
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
        if (members.size === 0 && rooms.get(roomId)?.members === members) rooms.delete(roomId);
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
