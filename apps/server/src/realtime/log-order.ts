import { isEntry } from '../core/audience.js';
import type { Emission, Log, Publisher, Repair } from '../core/ports.js';
import type { PublishedLog } from './published-log.js';

/** How long an entry waits for those before it, which another node has to tell, until they are read. */
const GAP_MS = 100;

export interface LogOrderDeps {
  published: PublishedLog;
  /** To sockets of this node. */
  publisher: Publisher;
  repair: Repair;
  /** Whether other nodes are heard: what is missing may come from them. */
  mayCome(): boolean;
  log: Log;
}

interface Held {
  readonly first: number;
  readonly emissions: readonly Emission[];
  done(): void;
}

/**
 * Publishes what comes of rooms' logs, from this node and from others, in the order of the log and each entry once. What
 * comes before something that is missing waits for it, for a moment; then the log is read. What goes with an entry goes when
 * it does.
 */
export class LogOrder {
  readonly #deps: LogOrderDeps;
  readonly #held = new Map<number, Held[]>();
  readonly #filling = new Map<number, NodeJS.Timeout | null>();

  constructor(deps: LogOrderDeps) {
    this.#deps = deps;
  }

  /** Resolves when it is published. Never rejects. */
  publish(roomId: number, emissions: readonly Emission[]): Promise<void> {
    const { published } = this.#deps;
    const first = emissions.find((one) => isEntry(one) && !published.isPublished(roomId, one.payload.seq));
    const seq = first && isEntry(first) ? first.payload.seq : null;
    const head = published.head(roomId);
    if (seq === null || head === null || seq <= head + 1) {
      this.#out(roomId, emissions);
      this.#release(roomId);
      return Promise.resolve();
    }
    return new Promise((done) => {
      const held = this.#held.get(roomId) ?? [];
      this.#held.set(
        roomId,
        [...held, { first: seq, emissions, done }].toSorted((a, b) => a.first - b.first),
      );
      this.#fillSoon(roomId);
    });
  }

  /** Publishes what is missing up to `seq`, out of the log. Never rejects. */
  async catchUp(roomId: number, seq: number): Promise<void> {
    await this.#deps.repair.catchUp(roomId, seq);
    this.#release(roomId);
  }

  /** What others would tell does not come any more: nothing waits for it. */
  stopWaiting(): void {
    for (const [roomId, timer] of this.#filling) {
      if (!timer) continue;
      clearTimeout(timer);
      void this.#fill(roomId);
    }
  }

  #fillSoon(roomId: number): void {
    if (this.#filling.has(roomId)) return;
    if (this.#deps.mayCome())
      this.#filling.set(
        roomId,
        setTimeout(() => void this.#fill(roomId), GAP_MS),
      );
    else void this.#fill(roomId);
  }

  async #fill(roomId: number): Promise<void> {
    this.#filling.set(roomId, null);
    const [next] = this.#held.get(roomId) ?? [];
    if (next) await this.#deps.repair.catchUp(roomId, next.first - 1);
    this.#filling.delete(roomId);
    // What is missing still cannot be read now: the beat will find it.
    const [still] = this.#held.get(roomId) ?? [];
    if (still && still === next) this.#take(roomId, still);
    this.#release(roomId);
  }

  /** Publishes what has waited, as far as nothing is missing before it. */
  #release(roomId: number): void {
    for (let next = this.#held.get(roomId)?.[0]; next; next = this.#held.get(roomId)?.[0]) {
      const head = this.#deps.published.head(roomId);
      if (head !== null && next.first > head + 1) {
        this.#fillSoon(roomId);
        return;
      }
      this.#take(roomId, next);
    }
    const timer = this.#filling.get(roomId);
    if (!timer) return;
    clearTimeout(timer);
    this.#filling.delete(roomId);
  }

  #take(roomId: number, one: Held): void {
    const rest = (this.#held.get(roomId) ?? []).filter((other) => other !== one);
    if (rest.length > 0) this.#held.set(roomId, rest);
    else this.#held.delete(roomId);
    this.#out(roomId, one.emissions);
    one.done();
  }

  /** Never an entry twice. */
  #out(roomId: number, emissions: readonly Emission[]): void {
    const { published, publisher, log } = this.#deps;
    const isDue = (one: Emission) => !isEntry(one) || !published.isPublished(roomId, one.payload.seq);
    try {
      publisher.publish(emissions.filter(isDue));
    } catch (err) {
      log.error({ err, roomId }, 'cannot publish');
    }
  }
}
