import { useSyncExternalStore } from 'react';

/** A value that can be watched: the seam between the framework-free stores and React. */
export interface ReadableStore<T> {
  get(): T;
  /** Calls `listener` after each change; returns what ends it. */
  subscribe(listener: () => void): () => void;
}

export interface Store<T> extends ReadableStore<T> {
  set(next: (previous: T) => T): void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const changed = next(value);
      if (Object.is(changed, value)) return;
      value = changed;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Renders with a part of a store. `select` must return the same reference for the same value. */
export function useStore<T, S>(store: ReadableStore<T>, select: (value: T) => S): S {
  const snapshot = () => select(store.get());
  return useSyncExternalStore(store.subscribe, snapshot, snapshot);
}
