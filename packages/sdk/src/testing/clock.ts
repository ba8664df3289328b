/** The time of the double, and all its timers. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `then` once in so many milliseconds; returns what prevents that. */
  after(ms: number, then: () => void): () => void;
  /** Prevents everything that is still to run. */
  stop(): void;
  /** Moves a manual clock on, running what falls due in its order; packets arrive in between. Rejects for a real one. */
  advance(ms: number): Promise<void>;
}

/** Now, as the contract writes times. */
export const isoNow = (clock: Pick<Clock, 'now'>): string => new Date(clock.now()).toISOString();

/**
 * The platform's time and timers, looked up at each use: fake timers of a test runner move this clock with the rest.
 * `now` replaces the time alone.
 */
export function createRealClock(now: () => number = () => Date.now()): Clock {
  const cancels = new Set<() => void>();
  return {
    now,
    after(ms, then) {
      const cancel = () => {
        clearTimeout(timer);
        cancels.delete(cancel);
      };
      const timer = setTimeout(() => {
        cancels.delete(cancel);
        then();
      }, ms);
      cancels.add(cancel);
      return cancel;
    },
    stop() {
      for (const cancel of [...cancels]) cancel();
    },
    advance: () => Promise.reject(new Error("clock.advance needs createTestServer({ clock: 'manual' })")),
  };
}

/** A clock that stands still until it is moved. `settled` lets packets arrive. */
export function createManualClock(startMs: number, settled: () => Promise<void>): Clock {
  const due = new Set<{ at: number; then: () => void }>();
  let time = startMs;

  const next = (until: number) => {
    let first: { at: number; then: () => void } | undefined;
    // Of two at the same time the one set first: a Set keeps that order.
    for (const task of due) if (task.at <= until && (!first || task.at < first.at)) first = task;
    return first;
  };

  return {
    now: () => time,
    after(ms, then) {
      const task = { at: time + ms, then };
      due.add(task);
      return () => due.delete(task);
    },
    stop: () => due.clear(),
    async advance(ms) {
      const until = time + ms;
      await settled();
      for (let task = next(until); task; task = next(until)) {
        due.delete(task);
        time = task.at;
        task.then();
        await settled();
      }
      time = until;
    },
  };
}
