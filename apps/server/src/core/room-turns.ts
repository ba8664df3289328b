/** How long each of the others is given to have its turn before this node goes on, in milliseconds; all together … */
const TURN_MS = 10;
/** … at most this. */
const TURNS_MS = 50;
/** What the last one's turn brings about, such as the next message of those who wait for each answer, comes within this. */
const GATHER_MS = 2;
/** After a turn with several messages so many are waited for. */
const COMPANY_TURNS = 4;
/** A node that has not been heard for so long does not write any more; nor do others in a room where none has been. */
const FORGET_MS = 1_000;

/** By the process's steady clock, times in milliseconds. */
class Round {
  /** The newest entry of the room's log that this node has written, and when. */
  #own = 0;
  #ownAt = 0;
  /** Turns for which there may be more than one message to gather. */
  #company = 0;
  #heardAt = 0;
  /** Those who have written between this node's last two turns … */
  #before: ReadonlySet<string> = new Set();
  /** … and since the last, and when. */
  #since = new Map<string, number>();
  #wake: (() => void) | null = null;

  get heardAt(): number {
    return this.#heardAt;
  }

  heard(nodeId: string, seq: number): void {
    this.#heardAt = performance.now();
    if (seq > this.#own) this.#since.set(nodeId, this.#heardAt);
    else this.#before = new Set([...this.#before, nodeId]);
    this.#wake?.();
  }

  ended(seq: number, messages: number): void {
    this.#own = seq;
    this.#ownAt = performance.now();
    this.#company = messages > 1 ? COMPANY_TURNS : Math.max(0, this.#company - 1);
    const late = this.#ownAt - FORGET_MS;
    this.#before = new Set([...this.#since].flatMap(([nodeId, at]) => (at > late ? [nodeId] : [])));
    this.#since = new Map();
  }

  /** Until it is this node's turn, as far as is known now. */
  leftMs(): number {
    if (this.#before.size === 0 || this.#company === 0) return 0;
    const isComplete = [...this.#before].every((nodeId) => this.#since.has(nodeId));
    const latest = this.#ownAt + Math.min(this.#before.size * TURN_MS, TURNS_MS);
    // Not all who write take turns: they must not keep this node from its own.
    const next = isComplete ? Math.min(this.#heardAt, latest) + GATHER_MS : latest;
    return next - performance.now();
  }

  /** Resolves after so long, or when something is heard. */
  async news(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}

/**
 * Nodes that write to the same room at once wait for its row lock in turns. One that has just had its turn would only wait
 * behind the others, with no more than what it has by then: so it lets those go first that went before, and its next
 * statement takes everything that comes meanwhile. Nobody waits in a room where no other node writes, nor where messages
 * come one by one.
 */
export class RoomTurns {
  /** Of rooms in which another node was heard: the one longest ago first. */
  readonly #rounds = new Map<number, Round>();

  /** Another node has written up to `seq`. */
  heard(roomId: number, nodeId: string, seq: number): void {
    const round = this.#rounds.get(roomId) ?? new Round();
    this.#rounds.delete(roomId);
    this.#rounds.set(roomId, round);
    round.heard(nodeId, seq);
    for (const [other, { heardAt }] of this.#rounds) {
      if (heardAt > round.heardAt - FORGET_MS) break;
      this.#rounds.delete(other);
    }
  }

  /** This node has written so many messages at once, the last with `seq`. */
  ended(roomId: number, seq: number, messages: number): void {
    this.#rounds.get(roomId)?.ended(seq, messages);
  }

  /** Resolves when the other nodes have had their turn, or do not want it. One caller at a time for each room. */
  async others(roomId: number): Promise<void> {
    const round = this.#rounds.get(roomId);
    if (!round) return;
    for (let ms = round.leftMs(); ms > 0; ms = round.leftMs()) await round.news(ms);
  }
}
