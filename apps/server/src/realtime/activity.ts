import { type Payload, TIMES } from '@dream-studio/contracts';
import type { Audience, Connection, Emission, Log, MemberActivity, Publisher } from '../core/ports.js';
import type { PresenceRegistry } from './presence-registry.js';
import { is } from './publisher.js';

/** Members read for at once. */
const BATCH = 1_000;

export interface ActivityDeps {
  registry: Pick<PresenceRegistry, 'onlineIn'>;
  /** The live sockets of a user. */
  connections: { of(userId: number): Iterable<Pick<Connection, 'rooms'>> };
  publisher: Publisher;
  log: Log;
  /** The room's line for those of the users that are members now. */
  read(roomId: number, userIds: number[]): Promise<MemberActivity[]>;
}

/** Whom a room's changes are still to be told to. */
interface Due {
  everyone: boolean;
  readonly users: Set<number>;
  /** Some of it has not been told before, and is to be told once more at the next beat. */
  isNew: boolean;
  timer?: NodeJS.Timeout;
}

interface Recent {
  /** By room: whose line has changed; null for everyone's. */
  readonly rooms: Map<number, Set<number | null>>;
  /** By user and room: how far has been read. */
  readonly reads: Map<string, Payload<'room:read'>>;
}

export type Activity = ReturnType<typeof createActivity>;

/**
 * Keeps the list of rooms live: tells members' sockets that have not entered a room what changed in it. The first change
 * is told at once; what comes within a second of that is told together at its end.
 * Reads of one room come one after the other, so that a later `room:activity` never has an older state.
 */
export function createActivity(deps: ActivityDeps) {
  const { registry, connections, publisher, log } = deps;
  const rooms = new Map<number, Due>();
  /** What has changed since the last beat, to be told once more: these events are in no log. */
  let recent: Recent = { rooms: new Map(), reads: new Map() };
  let retelling = false;
  const underWay = new Set<Promise<void>>();
  let closed = false;

  const isAway = (roomId: number, userId: number): boolean => {
    for (const connection of connections.of(userId)) if (!connection.rooms.has(roomId)) return true;
    return false;
  };

  /** Online members with a socket that has not entered the room, of those to be told; none is due any more. */
  const take = (roomId: number, due: Due): number[] => {
    const online = registry.onlineIn(roomId);
    const wanted = due.everyone ? [...online] : [...due.users].filter((userId) => online.has(userId));
    due.everyone = false;
    due.users.clear();
    return wanted.filter((userId) => isAway(roomId, userId));
  };

  const tell = async (roomId: number, due: Due, userIds: number[]): Promise<void> => {
    try {
      const lines = await deps.read(roomId, userIds);
      // A removal may have been told while this was read.
      const online = registry.onlineIn(roomId);
      if (!closed) publisher.publish(emissionsOf(lines.filter(({ userId }) => online.has(userId))));
    } catch (err) {
      log.warn({ err, roomId }, 'cannot read the activity of a room');
      // Told with the next window: what comes last must get out.
      for (const userId of userIds) due.users.add(userId);
    }
  };

  /** Tells them, and lets a second pass before the room's next change is told. Never rejects. */
  const tellAll = async (roomId: number, due: Due, userIds: number[]): Promise<void> => {
    for (let start = 0; start < userIds.length && !closed; start += BATCH) {
      await tell(roomId, due, userIds.slice(start, start + BATCH));
    }
    if (!closed) due.timer = setTimeout(() => flush(roomId, due), TIMES.roomActivityMs);
  };

  const flush = (roomId: number, due: Due): void => {
    if (due.isNew) {
      const whom = recent.rooms.get(roomId) ?? new Set();
      for (const userId of due.everyone ? [null] : due.users) whom.add(userId);
      recent.rooms.set(roomId, whom);
      due.isNew = false;
    }
    const userIds = take(roomId, due);
    if (userIds.length === 0) {
      rooms.delete(roomId);
      return;
    }
    const work = tellAll(roomId, due, userIds);
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  };

  const note = (roomId: number, userId: number | null): void => {
    const open = rooms.get(roomId);
    const due = open ?? { everyone: false, users: new Set(), isNew: false };
    if (!retelling) due.isNew = true;
    if (userId === null) due.everyone = true;
    else due.users.add(userId);
    if (open) return;
    rooms.set(roomId, due);
    flush(roomId, due);
  };

  return {
    /** Follows what was published. Never throws. */
    published(emission: Emission): void {
      if (closed) return;
      if (is(emission, 'message:new') || is(emission, 'message:edited') || is(emission, 'message:deleted')) {
        note(emission.payload.roomId, null);
      } else if (is(emission, 'room:read')) {
        const { roomId, userId } = emission.payload;
        if (!retelling) recent.reads.set(`${userId} ${roomId}`, emission.payload);
        note(roomId, userId);
      }
    },

    /** Tells once more, as it is now, what has changed since the last time: to whom it was lost, it is found. */
    retell(): void {
      if (closed) return;
      const { rooms: lines, reads } = recent;
      recent = { rooms: new Map(), reads: new Map() };
      retelling = true;
      for (const payload of reads.values()) {
        publisher.publish([{ event: 'room:read', audience: { users: [payload.userId] }, payload }]);
      }
      for (const [roomId, userIds] of lines) for (const userId of userIds) note(roomId, userId);
      retelling = false;
    },

    /** Tells nothing more, leaves no timer, and resolves when no read is under way. */
    async close(): Promise<void> {
      closed = true;
      for (const { timer } of rooms.values()) clearTimeout(timer);
      rooms.clear();
      await Promise.all(underWay);
    },
  };
}

/** Members who see the same line share an emission. */
function emissionsOf(lines: readonly MemberActivity[]): Emission[] {
  const groups = new Map<string, Emission<'room:activity'> & { audience: Audience & { users: number[] } }>();
  for (const { userId, activity } of lines) {
    const key = `${activity.unread} ${activity.readSeq}`;
    const group = groups.get(key);
    if (group) group.audience.users.push(userId);
    else {
      const audience = { users: [userId], exceptRoom: activity.roomId };
      groups.set(key, { event: 'room:activity', audience, payload: activity });
    }
  }
  return [...groups.values()];
}
