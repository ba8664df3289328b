'use client';

import { useSyncExternalStore } from 'react';
import type { Readable } from '../store/readable.js';

/** Renders with a part of a value, and again when that part changes. `pick` must answer alike for the same value. */
export const useReadable = <T, S>({ get, subscribe }: Readable<T>, pick: (value: T) => S): S => {
  const snapshot = () => pick(get());
  return useSyncExternalStore(subscribe, snapshot, snapshot);
};

export const whole = <T>(value: T): T => value;
