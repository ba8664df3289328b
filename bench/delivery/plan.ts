import { randomFrom } from '../../tests/lib/random.js';

/** Something one client does, `atMs` after the start. */
export type Step = { readonly atMs: number; readonly client: number } & (
  | { readonly does: 'send'; readonly text: string }
  | { readonly does: 'cut'; readonly awayMs: number }
);

export interface Plan {
  readonly clients: number;
  readonly rooms: number;
  readonly seconds: number;
  /** In order of time. */
  readonly steps: readonly Step[];
}

export interface Load {
  readonly clients: number;
  readonly perRoom: number;
  readonly seconds: number;
  /** Whether connections are cut. */
  readonly cuts: boolean;
}

export const FULL = { clients: 1_000, perRoom: 50, seconds: 60 };
export const QUICK = { clients: 100, perRoom: 50, seconds: 15 };

const AWAY_MS = 2_000;
/** Between coming back and the next cut: with the absence, 15 s on average. */
const CONNECTED_MS = { from: 10_000, to: 16_000 };
const FIRST_CUT_MS = { from: 0, to: 15_000 };
const SEND_EVERY_MS = 1_000;

/** The room of a client, from 0. */
export const roomOf = (client: number, rooms: number): number => client % rooms;

/**
 * What every client does and when: one message a second in each room, by any of its members whether connected or not,
 * and cuts. The same seed gives the same plan, so that all systems are put under the same load.
 */
export function planLoad({ clients, perRoom, seconds, cuts }: Load, seed: number): Plan {
  const random = randomFrom(seed);
  const between = ({ from, to }: { from: number; to: number }) => from + random() * (to - from);
  const rooms = clients / perRoom;
  const endMs = seconds * 1_000;
  const steps: Step[] = [];
  for (let room = 0; room < rooms; room++) {
    let number = 0;
    for (let atMs = random() * SEND_EVERY_MS; atMs < endMs; atMs += SEND_EVERY_MS) {
      const client = room + rooms * Math.floor(random() * perRoom);
      steps.push({ atMs, client, does: 'send', text: `room ${room}, message ${number++}` });
    }
  }
  for (let client = 0; cuts && client < clients; client++) {
    for (let atMs = between(FIRST_CUT_MS); atMs < endMs; atMs += AWAY_MS + between(CONNECTED_MS)) {
      steps.push({ atMs, client, does: 'cut', awayMs: AWAY_MS });
    }
  }
  return { clients, rooms, seconds, steps: steps.sort((a, b) => a.atMs - b.atMs) };
}
