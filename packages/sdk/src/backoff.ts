/** A server that is restarted is back in a second or two: the first tries stay close. */
const CEILINGS_MS = [500, 1_000, 2_000, 2_000, 2_000, 2_000, 5_000];

/**
 * Milliseconds to wait after the given number of failures in a row: anything from 0 to a ceiling that grows, so that the
 * clients of a restarted server come back spread out.
 */
export const backoffMs = (failures: number, random: () => number = Math.random): number =>
  random() * (CEILINGS_MS[failures] ?? 5_000);
