import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Processes } from '../../scripts/lib/processes.js';
import type { Redis } from '../../scripts/lib/redis.js';
import { pin, SERVER_CORE } from '../lib/cores.js';
import { percentile } from '../lib/figures.js';
import { redisUsage } from '../lib/redis-usage.js';

/** One channel that all nodes hear; one for each room, heard by nodes with a member; the same with sharded pub/sub. */
export type Scheme = 'one' | 'room' | 'sharded';

/** For each node the rooms it has a member in. */
export type Placement = readonly (readonly number[])[];

export interface Pace {
  /** Of all nodes together. */
  readonly messagesPerSecond: number;
  /** How many a node says in one turn of its event loop. */
  readonly atOnce: number;
  readonly measureMs: number;
}

export interface BusResult {
  readonly messages: number;
  readonly seconds: number;
  readonly nodeCpuSeconds: readonly number[];
  readonly redisCpuSeconds: number;
  /** From and to Redis. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** By all nodes, their own echoes and what was for none of their members included. */
  readonly received: number;
  readonly unwanted: number;
  /** From one node to another. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Messages that did not come to a node with a member of their room, and those that came twice, both counted. */
  readonly wrong: number;
}

interface NodeCounts {
  readonly sent: number;
  readonly received: number;
  readonly ofOthers: number;
  readonly unwanted: number;
}

interface NodeResult extends NodeCounts {
  readonly cpuSeconds: number;
  readonly latencies: readonly number[];
  /** Of the whole run, not only of the measured time. */
  readonly all: NodeCounts;
}

export interface Subscriptions {
  readonly subscriptions: number;
  readonly nodeCpuSeconds: number;
  readonly redisCpuSeconds: number;
  readonly redisBytes: number;
}

/** Lets nodes of a bus talk for a while. */
export async function runBus(
  processes: Processes,
  redis: Redis,
  scheme: Scheme,
  placement: Placement,
  pace: Pace,
): Promise<BusResult> {
  const talking = placement.filter((rooms) => rooms.length > 0).length;
  const share = { ...pace, messagesPerSecond: pace.messagesPerSecond / talking };
  const nodes = await Promise.all(
    placement.map((rooms, node) => startNode(processes, { scheme, url: redis.url, node, rooms, ...share })),
  );
  try {
    await tell(nodes, 'start', 'measuring');
    const before = await redisUsage(redis);
    const answers = Promise.all(nodes.map(answerOf<NodeResult>));
    await sleep(pace.measureMs);
    const after = await redisUsage(redis);
    return {
      ...addUp(await answers, placement),
      seconds: pace.measureMs / 1_000,
      redisCpuSeconds: after.cpuSeconds - before.cpuSeconds,
      bytesIn: after.bytesIn - before.bytesIn,
      bytesOut: after.bytesOut - before.bytesOut,
    };
  } finally {
    for (const node of nodes) if (node.connected) node.send('end', () => {});
    await Promise.all(nodes.map((node) => processes.end(node)));
  }
}

/** What it takes a node and Redis to subscribe to the channels of that many rooms. */
export async function subscribe(
  processes: Processes,
  redis: Redis,
  scheme: Scheme,
  rooms: number,
): Promise<Subscriptions> {
  const before = await redisUsage(redis);
  const ids = Array.from({ length: rooms }, (_, index) => 1_000_000 + index);
  const pace = { messagesPerSecond: 1, atOnce: 1, measureMs: 0 };
  const node = await startNode(processes, { scheme, url: redis.url, node: 0, rooms: ids, ...pace });
  const after = await redisUsage(redis);
  const answer = answerOf<{ subscriptions: number; cpuSeconds: number }>(node);
  node.send('report', () => {});
  const { subscriptions, cpuSeconds } = await answer;
  node.send('end', () => {});
  await processes.end(node);
  return {
    subscriptions,
    nodeCpuSeconds: cpuSeconds,
    redisCpuSeconds: after.cpuSeconds - before.cpuSeconds,
    redisBytes: after.memoryBytes - before.memoryBytes,
  };
}

function addUp(results: readonly NodeResult[], placement: Placement) {
  const sum = (value: (result: NodeResult) => number) => results.reduce((total, result) => total + value(result), 0);
  const latencies = results.flatMap((result) => result.latencies);
  const nodesOf = new Map<number, number>();
  for (const room of placement.flat()) nodesOf.set(room, (nodesOf.get(room) ?? 0) + 1);
  // Each node says to its rooms in turn; each message is for every other node of its room.
  const expected = placement.flatMap((rooms, node) =>
    rooms.map((room, index) => {
      const sent = (results[node] as NodeResult).all.sent;
      return Math.ceil(Math.max(0, sent - index) / rooms.length) * ((nodesOf.get(room) as number) - 1);
    }),
  );
  return {
    messages: sum(({ sent }) => sent),
    nodeCpuSeconds: results.map(({ cpuSeconds }) => cpuSeconds),
    received: sum(({ received }) => received),
    unwanted: sum(({ unwanted }) => unwanted),
    latencyMs: { p50: percentile(latencies, 50), p99: percentile(latencies, 99) },
    wrong: Math.abs(expected.reduce((total, count) => total + count, 0) - sum(({ all }) => all.ofOthers)),
  };
}

/** Resolves when it has subscribed. */
async function startNode(processes: Processes, plan: object): Promise<ChildProcess> {
  const node = processes.start({
    name: 'node of the bus',
    args: ['bus-node.mjs'],
    cwd: join(import.meta.dirname, '../baselines'),
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    mayEnd: true,
    stateless: true,
  });
  pin(node.pid as number, SERVER_CORE);
  await answerOf(node); // `ready`
  await tell([node], plan, 'subscribed');
  return node;
}

async function tell(nodes: readonly ChildProcess[], message: string | object, expected: string): Promise<void> {
  const answers = nodes.map((node) => answerOf(node));
  for (const node of nodes) node.send(message, () => {});
  for (const answer of await Promise.all(answers)) {
    if (answer !== expected) throw new Error(`A node of the bus says ${JSON.stringify(answer)}, not ${expected}`);
  }
}

async function answerOf<T>(node: ChildProcess): Promise<T> {
  const exit = once(node, 'exit').then(() => Promise.reject(new Error('A node of the bus ended')));
  exit.catch(() => {});
  const [answer] = (await Promise.race([once(node, 'message'), exit])) as [T];
  return answer;
}
