type Listener = (...args: never[]) => void;

/** What throws in here is reported, as the platform reports an error nobody caught, and stops nothing else. */
export const callSafely = (listener: () => void): void => {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
};

/** Listeners by event, in the order they came. One that throws stops no other. */
export function createListeners() {
  const byEvent = new Map<string, Listener[]>();
  return {
    on(event: string, listener: Listener): void {
      byEvent.set(event, [...(byEvent.get(event) ?? []), listener]);
    },
    off(event: string, listener: Listener): void {
      const listeners = byEvent.get(event) ?? [];
      const index = listeners.indexOf(listener);
      if (index >= 0) byEvent.set(event, listeners.toSpliced(index, 1));
    },
    call(event: string, ...args: unknown[]): void {
      for (const listener of byEvent.get(event) ?? []) {
        callSafely(() => (listener as (...args: unknown[]) => void)(...args));
      }
    },
  };
}
