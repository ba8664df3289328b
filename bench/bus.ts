import { type Redis, startRedis } from '../scripts/lib/redis.js';
import { type Placement, runBus, type Scheme, subscribe } from './bus/nodes.js';
import { type Bystander, busRow, medians, type Row, type SubscriptionsOf, tables } from './bus/table.js';
import type { Outcome, Run } from './lib/bench.js';
import { brokenPromises } from './load/check.js';
import type { LoadMember, LoadRoom } from './load/plan.js';
import { runLoad } from './load/run.js';
import { startStockNodes } from './throughput/systems.js';

const FULL = { runs: 2, warmUpMs: 500, measureMs: 1_000, channels: 10_000 };
const QUICK = { runs: 1, warmUpMs: 500, measureMs: 500, channels: 2_000 };
const NODES = [2, 4] as const;
const MANY_ROOMS = 200;
const MESSAGES_PER_SECOND = 1_000;
/** More than a node should have to hear for nothing. */
const OTHERS_MESSAGES_PER_SECOND = 5_000;
/** How many messages a node says in a turn of its event loop. */
const AT_ONCE = [1, 10] as const;

const SCHEMES: Record<Scheme, string> = {
  one: 'bus: one channel',
  room: 'bus: a channel for each room',
  sharded: 'bus: a sharded channel for each room',
};
const ADAPTERS = {
  none: 'Socket.IO, each room on one node',
  'pub/sub': 'Socket.IO, Redis adapter',
  sharded: 'Socket.IO, sharded Redis adapter',
} as const;
type Adapter = keyof typeof ADAPTERS;

/** What it costs to tell other nodes, by the ways there are to use Redis for it; and stock Socket.IO with its adapters. */
export async function bus(run: Run): Promise<Outcome> {
  const redis = await startRedis();
  try {
    const bench = new Bus(run, redis, run.quick ? QUICK : FULL);
    for (const nodes of NODES) {
      await bench.measure(`1 room on ${nodes} of ${nodes} nodes`, oneRoom(nodes));
      await bench.measure(`${MANY_ROOMS} rooms on 2 of ${nodes} nodes`, manyRooms(nodes));
    }
    for (const scheme of ['one', 'room'] as const) await bench.bystander(scheme);
    for (const scheme of ['room', 'sharded'] as const) await bench.subscribe(scheme);
    return bench.outcome();
  } finally {
    await redis.stop();
  }
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const oneRoom = (nodes: number): Placement => range(nodes).map(() => [0]);

/** Each room on two nodes, in all pairs of them alike. */
const manyRooms = (nodes: number): Placement => {
  const nodesOf = (room: number) => [room, room + 1 + (Math.floor(room / nodes) % (nodes - 1))].map((n) => n % nodes);
  return range(nodes).map((node) => range(MANY_ROOMS).filter((room) => nodesOf(room).includes(node)));
};

class Bus {
  readonly #run: Run;
  readonly #redis: Redis;
  readonly #size: typeof FULL;
  readonly #rows: Row[] = [];
  readonly #bystanders: Bystander[] = [];
  readonly #subscriptions: SubscriptionsOf[] = [];
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
    for (let run = 1; run <= this.#size.runs; run++) {
      this.#run.say(`${work}: run ${run} of ${this.#size.runs}`);
      for (const scheme of Object.keys(SCHEMES) as Scheme[]) {
        for (const atOnce of AT_ONCE) {
          const system = `${SCHEMES[scheme]}, ${atOnce} at once`;
          const result = await this.#talk(scheme, placement, MESSAGES_PER_SECOND, atOnce);
          add(busRow(work, system, result));
        }
      }
      for (const adapter of Object.keys(ADAPTERS) as Adapter[]) add(await this.#stock(work, placement, adapter));
    }
    for (const same of rows.values()) this.#rows.push(medians(same));
  }

  /** All rooms are on the first of two nodes. */
  async bystander(scheme: Scheme): Promise<void> {
    const result = await this.#talk(scheme, [range(MANY_ROOMS), []], OTHERS_MESSAGES_PER_SECOND, 10);
    const { messages, seconds, nodeCpuSeconds } = result;
    this.#bystanders.push({
      system: SCHEMES[scheme],
      messagesPerSecond: messages / seconds,
      nodeCpuUs: ((nodeCpuSeconds[1] as number) / messages) * 1e6,
    });
  }

  async subscribe(scheme: 'room' | 'sharded'): Promise<void> {
    const result = await subscribe(this.#run.processes, this.#redis, scheme, this.#size.channels);
    this.#subscriptions.push({ system: SCHEMES[scheme], ...result });
  }

  outcome(): Outcome {
    const [rows, bystanders, subscriptions] = [this.#rows, this.#bystanders, this.#subscriptions];
    return {
      table: tables(rows, bystanders, subscriptions),
      result: { rows, bystanders, subscriptions },
      broken: this.#broken,
    };
  }

  async #talk(scheme: Scheme, placement: Placement, messagesPerSecond: number, atOnce: number) {
    const pace = { messagesPerSecond, atOnce, measureMs: this.#size.measureMs };
    const result = await runBus(this.#run.processes, this.#redis, scheme, placement, pace);
    if (result.wrong > 0) this.#broken.push(`${SCHEMES[scheme]}: ${result.wrong} messages lost, or there twice`);
    return result;
  }

  /** A client on each node of each room, as few as can be: their part is that of the nodes that share nothing. */
  async #stock(work: string, placement: Placement, adapter: Adapter): Promise<Row> {
    const { processes } = this.#run;
    const { warmUpMs, measureMs } = this.#size;
    const nodes = await startStockNodes(processes, placement.length, { adapter, redisUrl: this.#redis.url });
    try {
      const ports = nodes.map(({ port }) => port);
      const rooms = clientsOf(placement, ports, adapter === 'none');
      const result = await runLoad(processes, {
        kind: 'rooms',
        dialect: 'socket.io without acks',
        rooms,
        rate: { everyMs: (1_000 / MESSAGES_PER_SECOND) * rooms.length },
        port: ports[0] as number,
        tag: 'bus',
        warmUpMs,
        measureMs,
        serverPids: nodes.map(({ pid }) => pid),
        databasePid: undefined,
        redisPid: this.#redis.pid,
      });
      // That nodes differ in the order is theirs: it is counted, not a fault of this run.
      const { otherOrder } = result.faults;
      const broken = brokenPromises({ ...result, faults: { ...result.faults, otherOrder: 0 } });
      this.#broken.push(...broken.map((fault) => `${work}: ${ADAPTERS[adapter]}: ${fault}`));
      return {
        work,
        system: ADAPTERS[adapter],
        messagesPerSecond: result.messages / result.seconds,
        nodesCpuUs: (result.serverCpuSeconds / result.messages) * 1e6,
        redisCpuUs: adapter === 'none' ? 0 : (result.redisCpuSeconds / result.messages) * 1e6,
        p50Ms: result.latencyMs.p50,
        p99Ms: result.latencyMs.p99,
        otherOrder,
      };
    } finally {
      await Promise.all(nodes.map((node) => node.end()));
    }
  }
}

/** Together: all clients of a room on the first of its nodes. */
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
