import { setImmediate as nextTurn } from 'node:timers/promises';
import { TIMES } from '@dream-studio/contracts';
import type { Log } from '../core/ports.js';
import type { SocketConnection } from './connection.js';
import type { PresenceRegistry } from './presence-registry.js';
import type { PublishMissing } from './publish-missing.js';
import type { PublishedLog } from './published-log.js';

/** Rooms asked about at once, and sockets told in one turn of the event loop. */
const ROOMS_BATCH = 1_000;
const SOCKETS_BATCH = 200;

export interface BeatDeps {
  registry: Pick<PresenceRegistry, 'roomIds'>;
  connections: { all(): Iterable<Pick<SocketConnection, 'rooms' | 'tellSeqs'>> };
  published: PublishedLog;
  publishMissing: PublishMissing;
  /** Puts those out of the room that are no members any more. */
  checkMembers(roomId: number): Promise<void>;
  log: Log;
  /** Of rooms and the `seq` each is known to be at, null for none, those that are at another by the database; and at which. */
  otherSeqs(known: ReadonlyMap<number, number | null>): Promise<ReadonlyMap<number, number>>;
  /** Tells again what is in no log, such as read pointers, and changed since the last beat. */
  retell(): void;
  /** Whether other nodes are heard: only what they do not tell is looked for at leisure. */
  hears(): boolean;
  /** Time between two beats, in milliseconds: {@link TIMES.beatMs}, but for tests. */
  everyMs?: number | undefined;
}

/** Time between two beats while other nodes are not heard: the log is all there is. */
const UNHEARD_MS = 2_000;

export interface Beat {
  /** Beats at once, or once more after the one under way. */
  now(): void;
  /** Resolves when none is under way any more. */
  close(): Promise<void>;
}

/**
 * Finds what sockets of this node were not told, at a steady pace: looks up how far the log of each room is in which a
 * member is online, publishes what has not been, and tells each socket where its rooms are.
 */
export function startBeat({ everyMs = TIMES.beatMs, ...deps }: BeatDeps): Beat {
  let closed = false;
  let timer: NodeJS.Timeout;
  let round: Promise<void> | null = null;
  let again = false;

  const run = () => {
    clearTimeout(timer);
    again = false;
    round = beat(deps, () => closed)
      .catch((err) => deps.log.warn({ err }, 'cannot look for what was not published'))
      .then(() => {
        round = null;
        if (!closed) next();
      });
  };
  const next = () => {
    const pauseMs = deps.hears() ? everyMs : Math.min(everyMs, UNHEARD_MS);
    timer = setTimeout(run, again ? 0 : pauseMs);
  };

  next();
  return {
    now() {
      if (round) again = true;
      else if (!closed) run();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await round;
    },
  };
}

async function beat(deps: BeatDeps, isClosed: () => boolean): Promise<void> {
  const { published } = deps;
  const roomIds = [...deps.registry.roomIds()];
  /** Of rooms in which something may have been missed; others are where they are known to be. */
  const seqs = new Map<number, number>();
  const shorter = new Map<number, number>();
  for (let start = 0; start < roomIds.length && !isClosed(); start += ROOMS_BATCH) {
    const part = roomIds.slice(start, start + ROOMS_BATCH);
    const known = new Map(part.map((roomId) => [roomId, published.head(roomId)]));
    for (const [roomId, seq] of await deps.otherSeqs(known)) {
      seqs.set(roomId, seq);
      if (seq < (known.get(roomId) ?? 0)) shorter.set(roomId, seq);
    }
  }
  if (isClosed()) return;
  // Rooms that were asked for and those that have come since.
  published.keepOnly(new Set(deps.registry.roomIds()));
  await rewind(deps, shorter);
  for (const [roomId, seq] of seqs) published.learn(roomId, seq);
  await deps.publishMissing(seqs);
  deps.retell();
  await tellSeqs(deps, seqs, isClosed);
}

/**
 * The database is another one: a backup, or a replica that lacks the last commits. What it says from here on is told; what
 * it said until now was taken for what had been told, removals too.
 */
async function rewind({ published, checkMembers, log }: BeatDeps, shorter: ReadonlyMap<number, number>): Promise<void> {
  if (shorter.size === 0) return;
  log.error({ rooms: shorter.size }, 'rooms have shorter logs than before: was a backup restored under this server?');
  for (const [roomId, seq] of shorter) {
    await checkMembers(roomId);
    published.rewind(roomId, seq);
  }
}

async function tellSeqs(
  { connections, published }: Pick<BeatDeps, 'connections' | 'published'>,
  seqs: Map<number, number>,
  isClosed: () => boolean,
) {
  let told = 0;
  for (const connection of [...connections.all()]) {
    if (isClosed()) return;
    const own = [...connection.rooms].flatMap((roomId) => {
      const seq = seqs.get(roomId) ?? published.head(roomId);
      return seq === null ? [] : [[roomId, seq] as const];
    });
    connection.tellSeqs(Object.fromEntries(own));
    if (++told % SOCKETS_BATCH === 0) await nextTurn();
  }
}
