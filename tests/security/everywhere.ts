import { BOUNDS, type ErrorCode, type OperationName } from '@dream-studio/contracts';
import { expect } from 'vitest';
import { whenReady } from '../../apps/server/src/test/two-nodes.js';
import type { Node } from '../deploy/lib/nodes.js';
import {
  type Caller,
  call,
  callTrpcBatch,
  closeSockets,
  newCaller,
  type Reply,
  TRANSPORTS,
  transportsOf,
} from '../parity/callers.js';
import { roomOf } from './support.js';

/** What became of one call. */
export interface Outcome {
  /** Which of the nodes was asked. */
  node: number;
  /** `OK`, or why not. */
  code: ErrorCode | 'OK';
  ms: number;
}

/** A user who comes in at all doors of all nodes at once. */
export interface Everywhere {
  readonly userId: number;
  /** One they are a member of; making it has cost them nothing. */
  readonly roomId: number;
  /** A caller at each node. */
  readonly at: readonly { node: Node; caller: Caller }[];
  /** Calls over all sockets, over REST and tRPC, `times` each, and by a full batch at each node, all at once. */
  flood(name: OperationName, input: object, times?: number): Promise<Outcome[]>;
  close(): void;
}

/** With as many sockets as a user may have, on both namespaces; each pair of them with another token. */
export async function everywhere(nodes: readonly Node[]): Promise<Everywhere> {
  const [owner, user] = [await newCaller(nodes[0] as Node), await newCaller(nodes[0] as Node)];
  const { userId } = user;
  const pairs = BOUNDS.socketsPerUserMax / nodes.length / 2;
  const callers = await Promise.all(
    nodes.flatMap((node, index) =>
      Array.from({ length: pairs }, async (_, nth) => {
        const mint: Node['mint'] = (id, name) => node.mint(id, name, `${nth + 1} hours`);
        return { index, node, caller: await newCaller({ ...node, mint }, TRANSPORTS, { userId }) };
      }),
    ),
  );
  const firsts = nodes.flatMap((_, index) => callers.find((one) => one.index === index) ?? []);

  return {
    userId,
    roomId: await roomOf(nodes[0] as Node, owner, user),
    at: firsts,
    async flood(name, input, times = 1) {
      const transports = transportsOf(name).flatMap((transport) => Array(times).fill(transport));
      const singly = callers.flatMap(({ index, node, caller }) =>
        transports.map((transport) => timed(index, async () => [await call(node, caller, transport, name, input)])),
      );
      const batch = Array(BOUNDS.trpcBatchMax).fill(input);
      const batched = transports.includes('trpc')
        ? firsts.map(({ index, node, caller }) => timed(index, () => callTrpcBatch(node, caller, name, batch)))
        : [];
      return (await Promise.all([...singly, ...batched])).flat();
    },
    close: () => closeSockets(...callers.map(({ caller }) => caller)),
  };
}

async function timed(node: number, act: () => Promise<Reply[]>): Promise<Outcome[]> {
  const startedAt = performance.now();
  const replies = await act();
  const ms = performance.now() - startedAt;
  return replies.map((reply) => ({ node, code: reply.ok ? 'OK' : reply.error.code, ms }));
}

export const accepted = (outcomes: readonly Outcome[]): number => outcomes.filter(({ code }) => code === 'OK').length;
export const codesOf = (outcomes: readonly Outcome[]): string[] =>
  [...new Set(outcomes.map(({ code }) => code))].toSorted();

/**
 * What nodes let through that hear each other all the while. One that gets no time from the machine for half a second counts
 * alone for a moment: then it is tried again, by someone else.
 */
export async function letThroughBy(nodes: readonly Node[], attempt: (nth: number) => Promise<number>): Promise<number> {
  const losses = () => nodes.flatMap(({ logs }) => logs).filter(({ msg }) => /not heard/.test(`${msg}`)).length;
  const allReady = () => Promise.all(nodes.map((node) => whenReady(node, 'ready')));
  for (let nth = 1; ; nth += 1) {
    await allReady();
    const before = losses();
    const count = await attempt(nth);
    await allReady();
    if (losses() === before || nth === 4) return count;
  }
}

export function expectLimited(count: number, limit: number): void {
  expect(count).toBeGreaterThanOrEqual(limit);
  expect(count).toBeLessThanOrEqual(limit * 1.1);
}
