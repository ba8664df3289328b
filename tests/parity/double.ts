import type { OperationName } from '@dream-studio/contracts';
import { expect } from 'vitest';
import { normalise } from './normalise.js';
import { sampleOf } from './samples.js';
import { doubleSide, join, type Participant, realSide, type Side } from './sides.js';
import type { World } from './world.js';

/** The real server, and the SDK's test double, which should behave alike. */
export type Pair = [real: Side, double: Side];

export const openPair = async (limitFactor: number): Promise<Pair> => [
  await realSide(limitFactor),
  await doubleSide(limitFactor),
];

/** Closes what was opened; a failed start may have opened nothing. */
export async function closePairs(...pairs: (Pair | undefined)[]): Promise<void> {
  for (const side of pairs.flatMap((pair) => pair ?? [])) await side[Symbol.asyncDispose]();
}

let lastUserId = 7_000_000;
/** Ids of users nobody has seen before, the same on both sides. */
export const newUserIds = <const N extends string>(...people: N[]) =>
  Object.fromEntries(people.map((name) => [name, ++lastUserId])) as Record<N, number>;

/** What differs from one server to the next besides ids and times. */
function leaveOut(key: string, value: unknown): unknown {
  if (key === 'socketId') return '<socket>';
  if (key === 'retryAfterMs') return '<ms>';
  if (key === 'nextCursor' && typeof value === 'string') return '<cursor>';
  if (key === 'message' && typeof value === 'string') return value.replace(/in \d+ s$/, 'in <n> s');
  // In which order people came online is no promise.
  if (key === 'onlineUserIds' && Array.isArray(value)) return value.toSorted((a, b) => a - b);
  return value;
}

/** Part of the names of a world: search finds it alone. */
const TAG = '2b6f0cc9-tag';

const toTranscript = (told: unknown): unknown => normalise(JSON.parse(JSON.stringify(told, leaveOut)), TAG);

/** Runs a script on both sides; fails where their transcripts differ. Returns the double's. */
export async function sameOn(pair: Pair, script: (side: Side) => Promise<unknown>): Promise<unknown> {
  const [real, double] = await Promise.all(pair.map(async (side) => toTranscript(await script(side))));
  expect(double).toEqual(real);
  return double;
}

/** `room:activity` is told at once or later, and together or apart; the beat comes when it comes: they have tests of their own. */
export const inOrder = ({ heard }: Participant) =>
  heard.filter(([event]) => event !== 'room:activity' && event !== 'room:seq');

/** The data of an answer that must be one. */
export async function ok<T = { id: number }>(pending: ReturnType<Participant['call']>): Promise<T> {
  const answer = await pending;
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.data as T;
}

/** A room of the owner's, whom a bystander listens to, with a message of the owner's. Made by calls alone. */
export async function newWorld(side: Side, people: Record<'owner' | 'bystander' | 'stranger', number>) {
  const owner = await join(side, people.owner, 'Owner');
  const bystander = await join(side, people.bystander, 'Bystander');
  const stranger = await join(side, people.stranger, `Zoe ${TAG}`, { offline: true });
  await ok(stranger.call('user.me', {}));
  const room = await ok(owner.call('room.create', { name: `Room ${TAG}`, memberIds: [people.bystander] }));
  for (const member of [owner, bystander]) await ok(member.call('room.enter', { roomId: room.id }));
  const message = await ok(owner.call('message.create', { roomId: room.id, content: 'first' }));
  let callId: Promise<number> | undefined;
  const world: World = {
    tag: TAG,
    roomId: room.id,
    messageId: message.id,
    bystanderId: people.bystander,
    strangerId: people.stranger,
    ring() {
      const start = () => ok<{ callId: number }>(owner.call('call.start', { roomId: room.id, callType: 'AUDIO' }));
      callId ??= start().then((call) => call.callId);
      return callId;
    },
  };
  return { owner, bystander, world };
}

/** A sample as anyone may send it: what of it names a caller is the participant's. */
export const sampleFor = (name: OperationName, world: World, { userId, name: own, token }: Participant) =>
  sampleOf(name, world, { userId, name: own, token, sockets: {} });
