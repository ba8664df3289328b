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
