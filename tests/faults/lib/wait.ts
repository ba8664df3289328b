import { setTimeout as pause } from 'node:timers/promises';

/** How long to wait for what must happen: far beyond what is promised, which is measured and printed. */
export const PATIENCE_MS = 45_000;

/** Waits until it is so; returns how long that took, in milliseconds. Throws when it is not in time, naming `what`. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`not in ${patienceMs / 1000} s: ${what}`);
    await pause(10);
  }
  return performance.now() - startedAt;
}
