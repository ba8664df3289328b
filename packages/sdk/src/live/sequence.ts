import type { EventName, LogEntry, Payload } from '@dream-studio/contracts';
import { entryNames } from '../generated/events.js';

/** A log does not hold more than this ahead of a gap: the sync that closes it brings the rest. */
const HELD_MAX = 500;

/** An event as the entry it is; null for one that is in no log. */
export const toEntry = <E extends EventName>(event: E, payload: Payload<E>): LogEntry | null =>
  entryNames.includes(event)
    ? ({ seq: (payload as { seq: number }).seq, event, payload } as unknown as LogEntry)
    : null;

/** Everything up to `seq` of the log `epoch` has been delivered. */
export interface Place {
  seq: number;
  epoch: number;
}

/**
 * Where a room stands with the answer to entering it.
 *
 * - `anew`: it was not followed, or its log is another one: the answer's snapshot is the start.
 * - `current`: nothing was missed since it was last followed.
 * - `behind`: something was: a sync brings it.
 * - `left`: it was left meanwhile.
 */
export type Entered = 'anew' | 'current' | 'behind' | 'left';

export interface SequenceOptions {
  deliver(entry: LogEntry): void;
  /** Entries are missing: someone is to `ask()` for them soon. Called again with each event until they are there. */
  missing(): void;
}

/** Delivers the entries of one room's log in their order, each once. Knows nothing of the network or of time. */
export type Sequence = ReturnType<typeof createSequence>;

export const createSequence = ({ deliver, missing }: SequenceOptions) => {
  /** null while the log is not followed: entries are delivered as they come then. */
  let place: Place | null = null;
  let entering = 0;
  /** Changes when the room is left: what was under way for it is void. */
  let visit = 0;
  /** The highest `seq` anyone has spoken of. */
  let top = 0;
  const held = new Map<number, LogEntry>();
  /** The last recount that was wanted, as a number; 0 when none is. */
  let recount = 0;
  /** The recount that an answer under way is for; null when none is under way. */
  let asked: number | null = null;

  const isWaiting = () => entering > 0 || (recount > 0 && asked === recount);
  const isBehind = () => place !== null && (recount > 0 || top > place.seq);

  const advance = (entry: LogEntry) => {
    held.delete(entry.seq);
    if (place) place = { ...place, seq: entry.seq };
    deliver(entry);
  };

  const takeHeld = () => {
    const entries = [...held.values()].sort((a, b) => a.seq - b.seq);
    held.clear();
    return entries;
  };

  /** Delivers what can be, and asks for what cannot. */
  const settle = () => {
    while (place && !isWaiting()) {
      const next = held.get(place.seq + 1);
      if (!next) break;
      advance(next);
    }
    if (!place && entering === 0) for (const entry of takeHeld()) deliver(entry);
    if (place) for (const seq of held.keys()) if (seq <= place.seq) held.delete(seq);
    if (isBehind() && entering === 0) missing();
  };

  return {
    /** null while the log is not followed. */
    get place() {
      return place;
    },

    get isEntering() {
      return entering > 0;
    },

    /** An entry has come. */
    receive: (entry: LogEntry) => {
      // The first members of a room are no entries of its log.
      if (entry.seq === 0 || (!place && entering === 0)) return deliver(entry);
      if (place && entry.seq <= place.seq) return;
      top = Math.max(top, entry.seq);
      if (held.size < HELD_MAX) held.set(entry.seq, entry);
      settle();
    },

    /** Someone has said that the log is that long. */
    heardOf: (seq: number) => {
      if (!place || seq <= top) return;
      top = seq;
      settle();
    },

    /** The room is being entered: entries are held until that is `answered` (and settled) or `failed`. */
    enter: () => {
      const mine = visit;
      entering += 1;
      const end = () => {
        if (mine !== visit) return false;
        entering -= 1;
        return true;
      };
      return {
        answered: ({ seq, epoch }: Place): Entered => {
          if (!end()) return 'left';
          top = Math.max(top, seq);
          if (!place || place.epoch !== epoch) {
            // What is held of another log can follow on nothing here.
            if (place) held.clear();
            place = { seq, epoch };
            top = Math.max(seq, ...held.keys());
            return 'anew';
          }
          // A log that has become shorter is another one: the sync will say so.
          if (seq < place.seq) recount += 1;
          return seq === place.seq ? 'current' : 'behind';
        },
        failed: () => {
          if (end()) settle();
        },
      };
    },
    settle,

    /**
     * The log is followed no more. Returns whether entries were missing. When an entry has led to this, such as one's own
     * removal, those after it that are here are delivered still: one may be that one was let in again.
     */
    leave: (): boolean => {
      const wasBehind = isBehind();
      visit += 1;
      entering = 0;
      place = null;
      top = 0;
      recount = 0;
      asked = null;
      return wasBehind;
    },
    /** What is held can never follow on anything: it is delivered all the same, in its order. */
    flush: () => {
      for (const entry of takeHeld()) deliver(entry);
    },

    /** A sync is wanted even if nothing is missing, and no entry after what it tells before it is `reached`. */
    recount: () => {
      if (!place) return;
      recount += 1;
      settle();
    },
    /** Since where to ask for entries; null when none are missing. */
    ask: (): Place | null => {
      if (!isBehind()) return null;
      asked = recount;
      return place;
    },
    /** Asking has failed. */
    failed: () => {
      asked = null;
      settle();
    },
    /** The answer: entries without a hole. `reached` is called with the log exactly at `seq`, unless it is past it. */
    fill: (entries: readonly LogEntry[], { seq, epoch }: Place, reached: () => void) => {
      if (place?.epoch !== epoch) return;
      for (const entry of entries) if (!place || entry.seq === place.seq + 1) advance(entry);
      top = Math.max(top, seq);
      if (place?.seq === seq) {
        if (asked === recount) recount = 0;
        reached();
      }
      asked = null;
      // A log is as long as the server says: what was heard of beyond it, and is not here, is no reason to ask for ever.
      if (entries.length === 0 && place?.seq === seq && held.size === 0) top = seq;
      settle();
    },
  };
};
