/** What went otherwise than promised, counted. */
export interface Faults {
  /** Deliveries that did not come, of messages that were not refused. */
  lost: number;
  twice: number;
  /** Deliveries of what was not sent to the room. */
  unexpected: number;
  /** Receivers to whom the room's messages came in another order than to the first. */
  otherOrder: number;
  /** Sends that were neither acknowledged nor refused. */
  unanswered: number;
  refused: number;
}

export const noFaults = (): Faults => ({
  lost: 0,
  twice: 0,
  unexpected: 0,
  otherOrder: 0,
  unanswered: 0,
  refused: 0,
});

export const addFaults = (a: Faults, b: Faults): Faults => ({
  lost: a.lost + b.lost,
  twice: a.twice + b.twice,
  unexpected: a.unexpected + b.unexpected,
  otherOrder: a.otherOrder + b.otherOrder,
  unanswered: a.unanswered + b.unanswered,
  refused: a.refused + b.refused,
});

interface Receiver {
  /** A bit for each message. */
  seen: Uint8Array;
  /** Of the numbers in the order they came in. */
  order: number;
}

export interface RoomOptions {
  readonly members: number;
  /** Whether a send is acknowledged; where it is not, the sender's own delivery stands for it. */
  readonly acks: boolean;
  send(member: number, number: number): void;
  /** In milliseconds; not the time of day. */
  now(): number;
  /** A message has been given to every member, and acknowledged. */
  onDone?(sentAt: number, doneAt: number): void;
}

/**
 * One room under load, and what every member of it was given. Its members send in turn. In a closed loop as many sends
 * are outstanding as it is told, each until it is acknowledged and the last member has it.
 */
export class RoomLoad {
  deliveries = 0;
  done = 0;
  readonly #options: RoomOptions;
  readonly #receivers: Receiver[];
  readonly #sentAt: number[] = [];
  /** Deliveries and acks that are to come. */
  readonly #left: number[] = [];
  readonly #acked: boolean[] = [];
  readonly #refused = new Set<number>();
  #twice = 0;
  #unexpected = 0;
  #sending = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#receivers = Array.from({ length: options.members }, () => ({ seen: new Uint8Array(1024), order: 0 }));
  }

  get sent(): number {
    return this.#sentAt.length;
  }

  get outstanding(): number {
    return this.sent - this.done - this.#refused.size;
  }

  /** Keeps this many sends outstanding until `stop`. */
  start(window: number): void {
    this.#sending = true;
    for (let i = 0; i < window; i++) this.sendOne();
  }

  stop(): void {
    this.#sending = false;
  }

  sendOne(): void {
    const { members, acks, send, now } = this.#options;
    const number = this.sent;
    this.#sentAt.push(now());
    this.#left.push(members + (acks ? 1 : 0));
    this.#acked.push(false);
    send(number % members, number);
  }

  delivered(member: number, number: number): void {
    const receiver = this.#receivers[member] as Receiver;
    if (number >= this.sent) {
      this.#unexpected += 1;
      return;
    }
    const byte = number >> 3;
    const bit = 1 << (number & 7);
    if (byte >= receiver.seen.length) {
      const grown = new Uint8Array(Math.max(byte + 1, receiver.seen.length * 2));
      grown.set(receiver.seen);
      receiver.seen = grown;
    }
    if ((receiver.seen[byte] as number) & bit) {
      this.#twice += 1;
      return;
    }
    receiver.seen[byte] = (receiver.seen[byte] as number) | bit;
    receiver.order = (Math.imul(receiver.order, 31) + number + 1) | 0;
    this.deliveries += 1;
    if (!this.#options.acks && member === number % this.#options.members) this.#acked[number] = true;
    this.#came(number);
  }

  acked(number: number): void {
    if (this.#acked[number]) return;
    this.#acked[number] = true;
    this.#came(number);
  }

  refused(number: number): void {
    this.#refused.add(number);
    if (this.#sending) this.sendOne();
  }

  /** The numbers of the messages that were acknowledged. */
  ackedNumbers(): number[] {
    return this.#acked.flatMap((acked, number) => (acked ? [number] : []));
  }

  /** When nothing more is to come. */
  faults(): Faults {
    const { members } = this.#options;
    const first = this.#receivers[0]?.order;
    return {
      lost: (this.sent - this.#refused.size) * members - this.deliveries,
      twice: this.#twice,
      unexpected: this.#unexpected,
      otherOrder: this.#receivers.filter(({ order }) => order !== first).length,
      unanswered: this.#acked.filter((acked, number) => !acked && !this.#refused.has(number)).length,
      refused: this.#refused.size,
    };
  }

  #came(number: number): void {
    const left = (this.#left[number] as number) - 1;
    this.#left[number] = left;
    if (left > 0) return;
    this.done += 1;
    this.#options.onDone?.(this.#sentAt[number] as number, this.#options.now());
    if (this.#sending) this.sendOne();
  }
}
