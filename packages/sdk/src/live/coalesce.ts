/** One timer for each key. */
export const createTimers = <K>() => {
  const timers = new Map<K, ReturnType<typeof setTimeout>>();
  const stop = (key: K) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
  };
  return {
    isRunning: (key: K) => timers.has(key),
    /** In place of the timer that runs for the key. */
    start: (key: K, ms: number, action: () => void) => {
      stop(key);
      const run = () => {
        timers.delete(key);
        action();
      };
      timers.set(key, setTimeout(run, ms));
    },
    stop,
    clear: () => {
      for (const key of timers.keys()) stop(key);
    },
  };
};

/** Runs `action` once for each key, `delayMs` after the first of a burst of calls. */
export const coalesceByKey = <K>(action: (key: K) => void, delayMs: number) => {
  const timers = createTimers<K>();
  return {
    call: (key: K) => {
      if (!timers.isRunning(key)) timers.start(key, delayMs, () => action(key));
    },
    cancel: timers.clear,
  };
};

/** Runs `action` for each key at once, and then at most every `everyMs`: once more for a burst of calls. */
export const throttleByKey = <K>(action: (key: K) => void, everyMs: number) => {
  const timers = createTimers<K>();
  const again = new Set<K>();
  const call = (key: K): void => {
    if (timers.isRunning(key)) return void again.add(key);
    timers.start(key, everyMs, () => {
      if (again.delete(key)) call(key);
    });
    action(key);
  };
  return {
    call,
    cancel: () => {
      timers.clear();
      again.clear();
    },
  };
};
