import { AppError } from './errors.js';

/**
 * How long a call waits for its turn in a room. With the time of a statement (infra/prisma/postgres.ts) it stays under the
 * 5 s in which a call must be answered.
 */
export const TURN_PATIENCE_MS = 2_000;

export const tooBusy = () => new AppError('UNAVAILABLE', 'Too much is going on in this room');

/**
 * Runs work of one key one after the other, in the order it came; work of different keys at once. Work whose turn does not
 * come within `patienceMs` is never run: its caller gets `UNAVAILABLE`, and may try again. Without that a database that
 * hangs would make each caller wait for all those before.
 */
export class KeyedQueue<K> {
  readonly #tails = new Map<K, Promise<unknown>>();
  readonly #patienceMs: number;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Settles as `work` does. A failure does not stop what comes after it. */
  run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    if (!before) return this.#follow(key, work());
    return new Promise((resolve, reject) => {
      let waits = true;
      const timer = setTimeout(() => {
        waits = false;
        reject(tooBusy());
      }, this.#patienceMs);
      const begin = async () => {
        if (!waits) return;
        clearTimeout(timer);
        await work().then(resolve, reject);
      };
      void this.#follow(key, before.then(begin, begin));
    });
  }

  #follow<T>(key: K, tail: Promise<T>): Promise<T> {
    this.#tails.set(key, tail);
    const forget = () => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    tail.then(forget, forget);
    return tail;
  }
}
