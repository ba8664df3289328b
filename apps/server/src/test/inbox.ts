import type { EventName, Payload } from '@dream-studio/sdk';

interface Received {
  event: string;
  payload: unknown;
  taken: boolean;
}

/** What a client has received, in order, and a way to wait for what is to come. */
export class Inbox {
  readonly received: Received[] = [];
  readonly #patienceMs: number;
  readonly #watchers = new Set<() => void>();

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  put(event: string, payload: unknown): void {
    this.received.push({ event, payload, taken: false });
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Payloads of an event, in the order they came. */
  all<E extends EventName>(event: E): Payload<E>[] {
    return this.received.filter((entry) => entry.event === event).map((entry) => entry.payload as Payload<E>);
  }

  /** Takes the first event of this name that fits and was not taken, now or when it comes. */
  next<E extends EventName>(event: E, fits: (payload: Payload<E>) => boolean = () => true): Promise<Payload<E>> {
    const take = () => {
      const found = this.received.find((r) => r.event === event && !r.taken && fits(r.payload as Payload<E>));
      if (found) found.taken = true;
      return found?.payload as Payload<E> | undefined;
    };
    return this.#until(take, () => `no ${event} that fits; received: ${JSON.stringify(this.received)}`);
  }

  /** Resolves with what `probe` gives as soon as that is not undefined; probed at each event. */
  #until<T>(probe: () => T | undefined, complaint: () => string): Promise<T> {
    const now = probe();
    if (now !== undefined) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
      };
      const watcher = () => {
        const value = probe();
        if (value === undefined) return;
        stop();
        resolve(value);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(complaint()));
      }, this.#patienceMs);
      this.#watchers.add(watcher);
    });
  }
}
