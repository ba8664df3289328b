import { type Redis, startRedis } from './baselines/redis.js';
import { type BusResult, type Placement, runBus, type Scheme, type Subscriptions, subscribe } from './bus/nodes.js';
import type { Outcome, Run } from './lib/bench.js';
import { markdown, median, whole } from './lib/figures.js';
import { brokenPromises } from './load/check.js';
import type { LoadMember, LoadRoom } from './load/plan.js';
import { runLoad } from './load/run.js';
import { startStockNodes } from './throughput/systems.js';

const FULL = { runs: 2, warmUpMs: 1_000, measureMs: 2_500, channels: 10_000 };
const QUICK = { runs: 1, warmUpMs: 500, measureMs: 1_000, channels: 2_000 };
const NODES = [2, 4] as const;
const MANY_ROOMS = 200;
const MESSAGES_PER_SECOND = 1_000;

const SCHEMES: Record<Scheme, string> = {
  one: 'bus: one channel',
  room: 'bus: a channel for each room',
  sharded: 'bus: a sharded channel for each room',
};
const ADAPTERS = {
  none: 'Socket.IO, each node alone',
  'pub/sub': 'Socket.IO, Redis adapter',
  sharded: 'Socket.IO, sharded Redis adapter',
} as const;

interface Row {
  readonly work: string;
  readonly nodes: number;
  readonly system: string;
  readonly messagesPerSecond: number;
  /** Of a message, all nodes together. */
  readonly nodesCpuUs: number;
  readonly redisCpuUs: number;
  /** How many nodes a message came to. */
  readonly receivedBy?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What it costs to tell other nodes, by the ways there are to use Redis for it; and stock Socket.IO with its adapters. */
export async function bus(run: Run): Promise<Outcome> {
  const size = run.quick ? QUICK : FULL;
  const redis = await startRedis();
  try {
    const bench = new Bus(run, redis, size);
    for (const nodes of NODES) {
      await bench.measure(`1 room on ${nodes} of ${nodes} nodes`, oneRoom(nodes));
      await bench.measure(`${MANY_ROOMS} rooms on 2 of ${nodes} nodes`, manyRooms(nodes));
    }
    for (const scheme of ['room', 'sharded'] as const) await bench.subscribe(scheme);
    return bench.outcome();
  } finally {
    await redis.stop();
  }
}

const oneRoom = (nodes: number): Placement => Array.from({ length: nodes }, () => [1]);

/** Each room on two nodes, all nodes alike. */
const manyRooms = (nodes: number): Placement =>
  Array.from({ length: nodes }, (_, node) =>
    Array.from({ length: MANY_ROOMS }, (_, room) => room).filter((room) =>
      [room % nodes, (room + 1 + (Math.floor(room / nodes) % (nodes - 1))) % nodes].includes(node),
    ),
  );

class Bus {
  readonly #run: Run;
  readonly #redis: Redis;
  readonly #size: typeof FULL;
  readonly #rows: Row[] = [];
  readonly #subscriptions: (Subscriptions & { readonly system: string })[] = [];
  readonly #broken: string[] = [];

  constructor(run: Run, redis: Redis, size: typeof FULL) {
    this.#run = run;
    this.#redis = redis;
    this.#size = size;
  }

  /** All systems in turn, again and again, so that noise hits all alike. */
  async measure(work: string, placement: Placement): Promise<void> {
    const rows = new Map<string, Row[]>();
    const add = (row: Row) => rows.set(row.system, [...(rows.get(row.system) ?? []), row]);
    for (let run = 0; run < this.#size.runs; run++) {
      for (const scheme of Object.keys(SCHEMES) as Scheme[]) {
        for (const atOnce of [1, 10]) add(await this.#ours(work, placement, scheme, atOnce));
      }
      for (const adapter of Object.keys(ADAPTERS) as (keyof typeof ADAPTERS)[]) {
        add(await this.#stock(work, placement, adapter));
      }
    }
    for (const of of rows.values()) this.#rows.push(medians(of));
  }

  async subscribe(scheme: 'room' | 'sharded'): Promise<void> {
    const result = await subscribe(this.#run.processes, this.#redis, scheme, this.#size.channels);
    this.#subscriptions.push({ system: SCHEMES[scheme], ...result });
  }

  outcome(): Outcome {
    return {
      table: `${rowsTable(this.#rows)}\n\n${subscriptionsTable(this.#subscriptions)}`,
      result: { rows: this.#rows, subscriptions: this.#subscriptions },
      broken: this.#broken,
    };
  }

  async #ours(work: string, placement: Placement, scheme: Scheme, atOnce: number): Promise<Row> {
    const { processes, say } = this.#run;
    const system = `${SCHEMES[scheme]}, ${atOnce} at once`;
    say(`${work}: ${system}`);
    const pace = { messagesPerSecond: MESSAGES_PER_SECOND, atOnce, measureMs: this.#size.measureMs };
    const result = await runBus(processes, this.#redis, scheme, placement, pace);
    if (result.wrong > 0) this.#broken.push(`${work}: ${system}: ${result.wrong} messages lost, or there twice`);
    return rowOf(work, placement.length, system, result);
  }

  /** Each room with one client on each of its nodes: what these cost is that of the nodes alone. */
  async #stock(work: string, placement: Placement, adapter: keyof typeof ADAPTERS): Promise<Row> {
    const { processes, say } = this.#run;
    const { warmUpMs, measureMs } = this.#size;
    const system = ADAPTERS[adapter];
    say(`${work}: ${system}`);
    const nodes = await startStockNodes(processes, placement.length, { adapter, redisUrl: this.#redis.url });
    try {
      const result = await runLoad(processes, {
        kind: 'rooms',
        dialect: 'socket.io without acks',
        rooms: clientsOf(
          placement,
          nodes.map(({ port }) => port),
          adapter === 'none',
        ),
        rate: { everyMs: (1_000 / MESSAGES_PER_SECOND) * new Set(placement.flat()).size },
        port: 0,
        tag: 'bus',
        warmUpMs,
        measureMs,
        serverPids: nodes.map(({ pid }) => pid),
        databasePid: undefined,
        redisPid: this.#redis.pid,
      });
      this.#broken.push(...brokenPromises(result).map((fault) => `${work}: ${system}: ${fault}`));
      return {
        work,
        nodes: placement.length,
        system,
        messagesPerSecond: result.messages / result.seconds,
        nodesCpuUs: (result.serverCpuSeconds / result.messages) * 1e6,
        redisCpuUs: (result.redisCpuSeconds / result.messages) * 1e6,
        p50Ms: result.latencyMs.p50,
        p99Ms: result.latencyMs.p99,
      };
    } finally {
      await Promise.all(nodes.map((node) => node.end()));
    }
  }
}

/** A client for each node of each room. Where nodes are each alone, all of a room are on one of them. */
function clientsOf(placement: Placement, ports: readonly number[], together: boolean): LoadRoom[] {
  const rooms = new Map<number, LoadMember[]>();
  let userId = 0;
  for (const [node, ids] of placement.entries()) {
    for (const id of ids) {
      const members = rooms.get(id) ?? [];
      const port = (together && members[0]?.port) || (ports[node] as number);
      userId += 1;
      rooms.set(id, [...members, { userId, token: 'a token', port }]);
    }
  }
  return [...rooms].map(([id, members]) => ({ id: id + 1, members }));
}

const rowOf = (work: string, nodes: number, system: string, result: BusResult): Row => ({
  work,
  nodes,
  system,
  messagesPerSecond: result.messages / result.seconds,
  nodesCpuUs: (result.nodeCpuSeconds / result.messages) * 1e6,
  redisCpuUs: (result.redisCpuSeconds / result.messages) * 1e6,
  receivedBy: result.received / result.messages,
  p50Ms: result.latencyMs.p50,
  p99Ms: result.latencyMs.p99,
});

function medians(rows: readonly Row[]): Row {
  const of = (field: 'messagesPerSecond' | 'nodesCpuUs' | 'redisCpuUs' | 'p50Ms' | 'p99Ms') =>
    median(rows.map((row) => row[field]));
  return {
    ...(rows[0] as Row),
    messagesPerSecond: of('messagesPerSecond'),
    nodesCpuUs: of('nodesCpuUs'),
    redisCpuUs: of('redisCpuUs'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
  };
}

const rowsTable = (rows: readonly Row[]): string =>
  markdown(
    ['work', 'system', 'msg/s', 'nodes CPU us per message', 'Redis CPU us', 'comes to nodes', 'p50 / p99 ms'],
    rows.map((row) => [
      row.work,
      row.system,
      whole(row.messagesPerSecond),
      row.nodesCpuUs.toFixed(0),
      row.redisCpuUs.toFixed(1),
      row.receivedBy?.toFixed(1) ?? '-',
      `${row.p50Ms.toFixed(2)} / ${row.p99Ms.toFixed(2)}`,
    ]),
  );

const subscriptionsTable = (rows: readonly (Subscriptions & { readonly system: string })[]): string =>
  markdown(
    ['subscribing to channels of rooms', 'channels', 'node CPU us each', 'Redis CPU us each', 'Redis memory each'],
    rows.map(({ system, subscriptions, nodeCpuSeconds, redisCpuSeconds, redisBytes }) => [
      system,
      whole(subscriptions),
      ((nodeCpuSeconds / subscriptions) * 1e6).toFixed(1),
      ((redisCpuSeconds / subscriptions) * 1e6).toFixed(1),
      `${whole(redisBytes / subscriptions)} B`,
    ]),
  );
