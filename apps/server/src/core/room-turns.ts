/** How long another node is given to write to a room before this one goes on, in milliseconds. */
const OTHERS_TURN_MS = 10;
/** A room in which no other node has been heard for so long is forgotten. */
const FORGET_MS = 1_000;

interface Turns {
  /** The newest entry of the room's log that another node has told of. */
  heard: number;
  /** By the process's steady clock, in milliseconds. */
  heardAt: number;
  /** This node's newest, and when it was written. */
  own: number;
  ownAt: number;
  /** Ends the waiting that is under way. */
  goOn: (() => void) | null;
}

/**
 * Nodes that write to the same room at once wait for its row lock in turns. One that has just had its turn would only wait
 * behind the others, with no more than what it has by then: so it lets them go first, and its next statement takes
 * everything that comes meanwhile. Nobody waits in a room where no other node writes.
 */
export class RoomTurns {
  /** Those where another node was heard, the one longest ago first. */
  readonly #rooms = new Map<number, Turns>();

  /** Another node has written up to `seq`. */
  heard(roomId: number, seq: number): void {
    const now = performance.now();
    const turns = this.#rooms.get(roomId) ?? { heard: 0, heardAt: now, own: 0, ownAt: 0, goOn: null };
    turns.heard = Math.max(turns.heard, seq);
    turns.heardAt = now;
    this.#rooms.delete(roomId);
    this.#rooms.set(roomId, turns);
    if (turns.heard > turns.own) turns.goOn?.();
    for (const [other, { heardAt, goOn }] of this.#rooms) {
      if (heardAt > now - FORGET_MS || goOn) break;
      this.#rooms.delete(other);
    }
  }

  /** This node has written up to `seq`. */
  ended(roomId: number, seq: number): void {
    const turns = this.#rooms.get(roomId);
    if (!turns) return;
    turns.own = seq;
    turns.ownAt = performance.now();
  }

  /** Resolves when another node has had its turn, or does not want it. One caller at a time for each room. */
  async others(roomId: number): Promise<void> {
    const turns = this.#rooms.get(roomId);
    if (!turns || turns.heard > turns.own) return;
    const leftMs = turns.ownAt + OTHERS_TURN_MS - performance.now();
    if (leftMs <= 0) return;
    const isHeard = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, leftMs, false);
      turns.goOn = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
    turns.goOn = null;
    if (!isHeard) this.#rooms.delete(roomId);
  }
}
