const FIRST_MS = 500;
const MAX_MS = 5_000;

/**
 * Milliseconds to wait after the given number of failures in a row: anything from 0 to a ceiling that doubles, so
 * that the clients of a restarted server come back spread out.
 */
export const backoffMs = (failures: number, random: () => number = Math.random): number =>
  random() * Math.min(MAX_MS, FIRST_MS * 2 ** failures);
