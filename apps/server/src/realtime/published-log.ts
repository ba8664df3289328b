import { isEntry } from '../core/audience.js';
import type { Emission } from '../core/ports.js';
import { is } from './publisher.js';

interface Told {
  /** Everything up to it has been published, or was there before anyone here could miss it; null until that is known. */
  head: number | null;
  /** What has been published beyond the first hole. */
  readonly ahead: Set<number>;
}

/** How far each room's log has been published to this node's sockets: numbers only, in memory. */
export class PublishedLog {
  readonly #rooms = new Map<number, Told>();

  /** Follows what is published. */
  published(emission: Emission): void {
    // With a member here the room is looked at: whatever follows is due. A new room's first members come at 0.
    if (is(emission, 'member:added')) this.learn(emission.payload.roomId, emission.payload.seq);
    if (!isEntry(emission)) return;
    const { roomId, seq } = emission.payload;
    const told = this.#told(roomId);
    if (told.head !== null && seq <= told.head) return;
    told.ahead.add(seq);
    if (told.head !== null) advance(told, told.head);
  }

  /**
   * Whoever is here now has loaded, or will load, the room as it stood at `seq` at least: older entries are not due. Nor are
   * those before one that has been published since, to nobody: it was in the log by then.
   */
  learn(roomId: number, seq: number): void {
    const told = this.#told(roomId);
    if (told.head === null) advance(told, Math.max(seq, ...told.ahead));
  }

  /** What is older than `seq` will not be published. */
  skipTo(roomId: number, seq: number): void {
    const told = this.#told(roomId);
    if (told.head !== null && told.head < seq) advance(told, seq);
  }

  /** The log has become shorter, and what follows on `seq` is not what was published. */
  rewind(roomId: number, seq: number): void {
    const told = this.#told(roomId);
    told.ahead.clear();
    told.head = seq;
  }

  /** Everything up to it has been published; null when nobody has looked at the room yet. */
  head(roomId: number): number | null {
    return this.#rooms.get(roomId)?.head ?? null;
  }

  isPublished(roomId: number, seq: number): boolean {
    const told = this.#rooms.get(roomId);
    return told !== undefined && ((told.head !== null && seq <= told.head) || told.ahead.has(seq));
  }

  /** Forgets rooms that nobody here is a member of. */
  keepOnly(roomIds: ReadonlySet<number>): void {
    for (const roomId of this.#rooms.keys()) if (!roomIds.has(roomId)) this.#rooms.delete(roomId);
  }

  #told(roomId: number): Told {
    const told = this.#rooms.get(roomId) ?? { head: null, ahead: new Set() };
    this.#rooms.set(roomId, told);
    return told;
  }
}

/** Moves the head to `seq`, and on over what has been published beyond it. */
function advance(told: Told, seq: number): void {
  let head = seq;
  while (told.ahead.delete(head + 1)) head += 1;
  told.head = head;
  for (const other of told.ahead) if (other <= head) told.ahead.delete(other);
}
