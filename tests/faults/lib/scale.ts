import { randomInt } from 'node:crypto';

/** Whether this is `pnpm test:faults`: every fault, as often and as long as the promise says. */
export const isFull = process.env.FAULTS === 'full';

/** A number of the quick set, or of the full one. */
export const pick = <T>(quick: T, full: T): T => (isFull ? full : quick);

/** Of this run; the same one gives the same sends and pauses again. */
export const seed = Number(process.env.FAULTS_SEED) || randomInt(1, 2 ** 31);
