import { callSafely } from '../listeners.js';

/** A value that can be watched: what the React hooks, and any other framework's bindings, are built on. */
export interface Readable<T> {
  /** The present value: the same reference until it changes. */
  get(): T;
  /** Calls `listener` after each change; returns what ends that. */
  subscribe(listener: () => void): () => void;
}

export interface Store<T> extends Readable<T> {
  /** Replaces the value by what `next` makes of it; tells nobody when that is the same. */
  set(next: (previous: T) => T): void;
}

export const createStore = <T>(initial: T): Store<T> => {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    get: () => value,
    set: (next) => {
      const changed = next(value);
      if (Object.is(changed, value)) return;
      value = changed;
      // The state has changed, whatever a listener makes of it.
      for (const listener of [...listeners]) callSafely(listener);
    },
    subscribe: (listener) => {
      // Its own function, so that one listener given twice is two subscriptions.
      const entry = () => listener();
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
};

/** A part of another value. Listeners are called only when that part has changed. */
export const select = <T, S>(source: Readable<T>, pick: (value: T) => S): Readable<S> => ({
  get: () => pick(source.get()),
  subscribe: (listener) => {
    let last = pick(source.get());
    return source.subscribe(() => {
      const next = pick(source.get());
      if (Object.is(next, last)) return;
      last = next;
      listener();
    });
  },
});
