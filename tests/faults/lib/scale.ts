import { randomInt } from 'node:crypto';

/** Whether this is `pnpm test:faults`: every fault, as often and as long as the promise says. */
export const isFull = process.env.FAULTS === 'full';

/** A number of the quick set, or of the full one. */
export const pick = <T>(quick: T, full: T): T => (isFull ? full : quick);

/** Of this run; the same one gives the same sends and pauses again. */
export const seed = Number(process.env.FAULTS_SEED) || randomInt(1, 2 ** 31);

/** From 0 to 1, and always the same after the same seed (mulberry32). */
export type Random = () => number;

export function createRandom(start: number): Random {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
