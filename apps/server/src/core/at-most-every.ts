export interface AtMostEvery {
  /** Has it run: after a random part of `jitterMs`, and `everyMs` after the last time at the earliest; once for all who ask meanwhile. */
  ask(): void;
  /** It does not run any more. */
  close(): void;
}

/** Bounds how often something runs that many may ask for at once. */
export function atMostEvery(everyMs: number, run: () => void, jitterMs = 0): AtMostEvery {
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  return {
    ask() {
      if (timer || closed) return;
      const waitMs = Math.max(Math.random() * jitterMs, lastAt + everyMs - performance.now());
      timer = setTimeout(() => {
        timer = undefined;
        lastAt = performance.now();
        run();
      }, waitMs);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
