import { useSyncExternalStore } from 'react';

export interface Setting<T extends string> {
  get(): T;
  set(value: T): void;
  /** Calls `listener` after each change, in this tab or another; returns what ends that. */
  subscribe(listener: () => void): () => void;
  fallback: T;
}

/** A choice kept in this browser and shared by its tabs. Lost where storage is off, never a reason to fail. */
export function createSetting<T extends string>(key: string, values: readonly T[], fallback: T): Setting<T> {
  const listeners = new Set<() => void>();
  let unsaved: T | undefined;
  const stored = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  return {
    fallback,
    get: () => unsaved ?? values.find((value) => value === stored()) ?? fallback,
    set(value) {
      try {
        localStorage.setItem(key, value);
        unsaved = undefined;
      } catch {
        unsaved = value;
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      addEventListener('storage', listener);
      return () => {
        listeners.delete(listener);
        removeEventListener('storage', listener);
      };
    },
  };
}

export const useSetting = <T extends string>(setting: Setting<T>): T =>
  useSyncExternalStore(setting.subscribe, setting.get, () => setting.fallback);
