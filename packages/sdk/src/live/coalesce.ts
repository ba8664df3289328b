/** Runs `action` once for each key, `delayMs` after the first of a burst of calls. */
export const coalesceByKey = <K>(action: (key: K) => void, delayMs: number) => {
  const timers = new Map<K, ReturnType<typeof setTimeout>>();
  return {
    call: (key: K) => {
      if (timers.has(key)) return;
      const run = () => {
        timers.delete(key);
        action(key);
      };
      timers.set(key, setTimeout(run, delayMs));
    },
    cancel: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
};

/** Runs `action` for each key at once, and then at most every `everyMs`: once more for a burst of calls. */
export const throttleByKey = <K>(action: (key: K) => void, everyMs: number) => {
  const timers = new Map<K, ReturnType<typeof setTimeout>>();
  const again = new Set<K>();
  const call = (key: K): void => {
    if (timers.has(key)) return void again.add(key);
    const end = () => {
      timers.delete(key);
      if (again.delete(key)) call(key);
    };
    timers.set(key, setTimeout(end, everyMs));
    action(key);
  };
  return {
    call,
    cancel: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      again.clear();
    },
  };
};
