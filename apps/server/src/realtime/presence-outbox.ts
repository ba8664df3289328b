import type { Bus, Log, PresenceChange, PresenceStore } from '../core/ports.js';
import { EVERYONE, roomChannel } from './channels.js';

/** Written and told together. */
const CHANGES_MAX = 1_000;
/** When it is tried again, unless there is a lease anew before. */
const AGAIN_MS = 2_000;

/** A change on this node, and what there is to tell of its user. */
export interface OwnChange extends PresenceChange {
  /** Whether the user is online on this node at all. */
  isOnline: boolean;
  /** One of the user's; empty when they have none any more. */
  socketId: string;
  /** ISO 8601. */
  at: string;
}

/** What a node tells the others: of users, and of views of one room. */
export interface PresenceNews {
  users: {
    userId: number;
    isOnline: boolean;
    socketId: string;
    at: string;
    /** Rooms in which the user is online, and in which not any more. */
    added: number[];
    removed: number[];
  }[];
  views: { roomId: number; userId: number; isPresent: boolean }[];
}

/** What a change is about: the last one of it counts. */
export const changeKey = ({ roomId, userId, isView }: Pick<OwnChange, 'roomId' | 'userId' | 'isView'>): string =>
  `${roomId} ${userId} ${isView}`;

export type PresenceOutbox = ReturnType<typeof createPresenceOutbox>;

/**
 * Writes this node's changes of presence to the store, and tells the others afterwards: whoever reads the store and then
 * listens misses none. Only the last change of anything counts. What cannot be written is kept until it can.
 */
export function createPresenceOutbox({ bus, store, log }: { bus: Bus; store: PresenceStore; log: Log }) {
  const due = new Map<string, OwnChange>();
  let underWay: Promise<void> | null = null;
  /** Without a lease nothing that is written counts. */
  let hasLease = false;
  /** Runs while the store is let alone, which has just taken nothing. */
  let timer: NodeJS.Timeout | undefined;

  const write = async (changes: readonly OwnChange[]): Promise<boolean> => {
    try {
      return await store.write(changes);
    } catch (err) {
      log.debug({ err }, 'cannot tell other servers who is here');
      bus.suspect();
      return false;
    }
  };
  const flush = async () => {
    while (due.size > 0 && hasLease && bus.isUp() && !timer) {
      const batch = [...due].slice(0, CHANGES_MAX);
      for (const [key] of batch) due.delete(key);
      const changes = batch.map(([, change]) => change);
      if (await write(changes)) {
        tell(bus, changes);
        continue;
      }
      for (const [key, change] of batch) if (!due.has(key)) due.set(key, change);
      timer = setTimeout(tryAgain, AGAIN_MS);
    }
  };
  const tryAgain = () => {
    clearTimeout(timer);
    timer = undefined;
    start();
  };
  const start = () => {
    underWay ??= new Promise<void>((resolve) => setImmediate(resolve)).then(flush).finally(() => {
      underWay = null;
    });
  };

  return {
    put(change: OwnChange): void {
      const key = changeKey(change);
      // What comes last is said last.
      due.delete(key);
      due.set(key, change);
      start();
    },
    /** There may be no lease any more. */
    mustWait(): void {
      hasLease = false;
    },
    /** There is a lease: the store takes writes. */
    mayWrite(): void {
      hasLease = true;
      if (due.size > 0) tryAgain();
    },
    async close(): Promise<void> {
      await underWay;
      clearTimeout(timer);
    },
  };
}

function tell(bus: Bus, changes: readonly OwnChange[]): void {
  const users = new Map<number, PresenceNews['users'][number]>();
  for (const { roomId, userId, isView, isPresent, isOnline, socketId, at } of changes) {
    if (isView) {
      bus.send(roomChannel(roomId), { views: [{ roomId, userId, isPresent }] });
      continue;
    }
    const user = users.get(userId) ?? { userId, isOnline, socketId, at, added: [], removed: [] };
    (isPresent ? user.added : user.removed).push(roomId);
    users.set(userId, { ...user, isOnline, socketId, at });
  }
  if (users.size > 0) bus.send(EVERYONE, { users: [...users.values()] });
}
