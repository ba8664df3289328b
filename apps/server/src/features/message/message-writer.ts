import { toEmission } from '../../core/audience.js';
import { TURN_PATIENCE_MS, tooBusy } from '../../core/keyed-queue.js';
import type { RoomLog } from '../../core/ports.js';
import type { RoomTurns } from '../../core/room-turns.js';
import type { AppendedMessage, MessageDraft } from './message.repository.js';

/** Statements under way at once: while they are, what comes is collected for the next. */
const STATEMENTS_MAX = 2;
/** Messages in one statement. */
const BATCH_MAX = 200;

export interface MessageWriterDeps {
  roomLog: Pick<RoomLog, 'inOrder'>;
  turns: Pick<RoomTurns, 'others' | 'ended'>;
  /** Stores all of them or none; see the repository. */
  append(drafts: readonly MessageDraft[]): Promise<(AppendedMessage | null)[]>;
  /** Whether an error says that the database cannot be reached: it is no message's fault then. */
  isUnavailable(error: unknown): boolean;
}

export interface MessageWriter {
  /**
   * Stores a message and publishes it, in the order of its room's log; or finds the one that it repeats. null when the
   * sender is no member or the room is archived.
   */
  write(draft: MessageDraft): Promise<AppendedMessage | null>;
}

interface Waiting {
  readonly draft: MessageDraft;
  /** By the process's steady clock, in milliseconds. */
  readonly since: number;
  resolve(appended: AppendedMessage | null): void;
  reject(error: unknown): void;
}

type Stored = { waiting: Waiting } & PromiseSettledResult<AppendedMessage | null>;

/** A room whose turn it is in the order of its writes, until what was taken of it is stored. */
interface Turn {
  readonly roomId: number;
  end(stored: Stored[]): void;
}

/**
 * Group commit: messages that come while the database is busy with others are stored by one statement, those of many
 * rooms together. Nobody waits for company: with nothing under way a message goes at once.
 */
export function createMessageWriter(deps: MessageWriterDeps): MessageWriter {
  /** A room that is here has a turn, or waits for one. */
  const rooms = new Map<number, Waiting[]>();
  const turns: Turn[] = [];
  let underWay = 0;
  let scheduled = false;

  const takeTurn = async (roomId: number): Promise<void> => {
    await deps.turns.others(roomId);
    await deps.roomLog.inOrder(roomId, async (publish) => {
      const stored = await new Promise<Stored[]>((end) => {
        turns.push({ roomId, end });
        schedule();
      });
      const messages = stored.flatMap((one) =>
        one.status === 'fulfilled' && one.value?.isNew ? [one.value.message] : [],
      );
      const last = messages.at(-1);
      if (last) deps.turns.ended(roomId, last.seq, messages.length);
      try {
        await publish(messages.map((message) => toEmission({ event: 'message:new', payload: message })));
      } finally {
        for (const one of stored) settle(one);
      }
    });
    if (rooms.get(roomId)?.length) return takeTurn(roomId);
    rooms.delete(roomId);
  };

  /** The room is too busy: nobody who waits for it is kept waiting. */
  const giveUp = (roomId: number, error: unknown) => {
    for (const { reject } of rooms.get(roomId) ?? []) reject(error);
    rooms.delete(roomId);
  };

  /** Not at once: what else came in this turn of the event loop goes with it. */
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      run();
    });
  };

  const run = () => {
    while (turns.length > 0 && underWay < STATEMENTS_MAX) void store();
  };

  /** Stores what waits in the rooms whose turn it is, as much as goes into one statement. */
  const store = async (): Promise<void> => {
    const taken: { turn: Turn; waiting: Waiting[] }[] = [];
    for (let left = BATCH_MAX; left > 0 && turns.length > 0; ) {
      const turn = turns.shift() as Turn;
      const waiting = stillInTime(rooms.get(turn.roomId)?.splice(0, left) ?? []);
      taken.push({ turn, waiting });
      left -= waiting.length;
    }
    underWay += 1;
    const stored = await storeAll(
      deps,
      taken.flatMap(({ waiting }) => waiting),
    );
    underWay -= 1;
    for (const { turn, waiting } of taken) turn.end(stored.splice(0, waiting.length));
    run();
  };

  return {
    write: (draft) =>
      new Promise((resolve, reject) => {
        const { roomId } = draft;
        const one = { draft, since: performance.now(), resolve, reject };
        const waiting = rooms.get(roomId);
        if (waiting) return void waiting.push(one);
        rooms.set(roomId, [one]);
        takeTurn(roomId).catch((error) => giveUp(roomId, error));
      }),
  };
}

/** Those that have not waited too long; the others are told to try again. */
function stillInTime(waiting: readonly Waiting[]): Waiting[] {
  const tooOld = performance.now() - TURN_PATIENCE_MS;
  return waiting.filter(({ since, reject }) => {
    const isInTime = since > tooOld;
    if (!isInTime) reject(tooBusy());
    return isInTime;
  });
}

/** Never rejects. When one of many cannot be stored, each is tried alone, as long as there is a database: it fails alone. */
async function storeAll(deps: MessageWriterDeps, all: readonly Waiting[]): Promise<Stored[]> {
  if (all.length === 0) return [];
  try {
    const appended = await deps.append(all.map(({ draft }) => draft));
    return all.map((waiting, index) => ({ waiting, status: 'fulfilled', value: appended[index] ?? null }));
  } catch (reason) {
    if (all.length === 1 || deps.isUnavailable(reason)) return rejected(all, reason);
    return storeEach(deps, all);
  }
}

const rejected = (all: readonly Waiting[], reason: unknown): Stored[] =>
  all.map((waiting) => ({ waiting, status: 'rejected', reason }));

async function storeEach(deps: MessageWriterDeps, all: readonly Waiting[]): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (const [index, waiting] of all.entries()) {
    for (const one of await storeAll(deps, [waiting])) {
      stored.push(one);
      if (one.status !== 'rejected' || !deps.isUnavailable(one.reason)) continue;
      return [...stored, ...rejected(all.slice(index + 1), one.reason)];
    }
  }
  return stored;
}

function settle(stored: Stored): void {
  if (stored.status === 'fulfilled') stored.waiting.resolve(stored.value);
  else stored.waiting.reject(stored.reason);
}
