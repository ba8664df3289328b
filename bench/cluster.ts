import { TIMES } from '@dream-studio/contracts';
import { startPostgres } from '../scripts/lib/postgres.js';
import { startRedis } from '../scripts/lib/redis.js';
import { type Cluster, startCluster, type Traffic } from './cluster/nodes.js';
import { type Row, tables, type Visit } from './cluster/table.js';
import type { Outcome, Run, Target } from './lib/bench.js';
import { median, whole } from './lib/figures.js';
import { brokenPromises } from './load/check.js';
import type { ConnectionsStep, LoadResult, LoadRoom } from './load/plan.js';
import { runLoad } from './load/run.js';
import { messagesPerSecond, ratio, summarize } from './throughput/summary.js';
import { type Shape, shape } from './throughput/systems.js';

const FULL = {
  runs: 3,
  warmUpMs: 1_000,
  measureMs: 3_000,
  nodes: [1, 2, 4],
  members: 200,
  smallRooms: 100,
  visitors: 1_000,
};
const QUICK = { runs: 1, warmUpMs: 500, measureMs: 1_000, nodes: [1, 2], members: 100, smallRooms: 25, visitors: 200 };
const WINDOWS = [1, 8, 32];
const SMALL_ROOM = 4;
const SMALL_WINDOW = 2;
const P6_AT_MOST = 1.3;
const VISITED_ROOM = 50;
/** Everyone is offline again after it. */
const LEAVE_MS = TIMES.presenceGraceMs + 2_000;

/** Our server as one node alone, and as 1, 2 and 4 nodes over a Redis: target P6. */
export async function cluster(run: Run): Promise<Outcome> {
  const size = run.quick ? QUICK : FULL;
  const bench = new ClusterBench(run, size);
  const [postgres, redis] = await Promise.all([startPostgres({ fsync: true }), startRedis()]);
  const clusters: Cluster[] = [];
  try {
    run.say('starting the servers');
    clusters.push(await startCluster(run.processes, postgres, { nodes: 1 }));
    for (const nodes of size.nodes) clusters.push(await startCluster(run.processes, postgres, { nodes, redis }));
    for (const window of WINDOWS) {
      const oneRoom = `1 room, ${size.members} members, W=${window}`;
      bench.target(oneRoom, clusters, await bench.measure(oneRoom, clusters, shape(1, size.members), window));
    }
    const smallRooms = `${size.smallRooms} rooms of ${SMALL_ROOM}, W=${SMALL_WINDOW} each`;
    await bench.measure(smallRooms, clusters, shape(size.smallRooms, SMALL_ROOM), SMALL_WINDOW);
    for (const each of clusters) await bench.visit(each);
  } finally {
    await Promise.all(clusters.map((each) => each.end()));
    await Promise.all([postgres.stop(), redis.stop()]);
  }
  return bench.outcome();
}

class ClusterBench {
  readonly #run: Run;
  readonly #size: typeof FULL;
  readonly #rows: Row[] = [];
  readonly #visits: Visit[] = [];
  readonly #targets: Target[] = [];
  readonly #broken: string[] = [];

  constructor(run: Run, size: typeof FULL) {
    this.#run = run;
    this.#size = size;
  }

  /** Runs of all clusters in turn, so that noise hits all alike. */
  async measure(work: string, clusters: readonly Cluster[], shape: Shape, window: number): Promise<LoadResult[][]> {
    const rooms: LoadRoom[][] = [];
    for (const each of clusters) rooms.push(await each.rooms(shape));
    const results: LoadResult[][] = clusters.map(() => []);
    const traffic: Traffic[][] = clusters.map(() => []);
    for (let run = 1; run <= this.#size.runs; run++) {
      for (const [index, each] of clusters.entries()) {
        const tag = `${work}x${each.name}x${run}`.replace(/[^A-Za-z0-9]/g, '');
        const before = await each.traffic();
        const result = await this.#load(each, rooms[index] as LoadRoom[], window, tag);
        traffic[index]?.push(perMessage(before, await each.traffic(), result.acked.length));
        this.#run.say(
          `${work}: run ${run} of ${this.#size.runs}: ${each.name}: ${whole(messagesPerSecond(result))} msg/s`,
        );
        const broken = brokenPromises(result, await each.stored(tag));
        this.#broken.push(...broken.map((fault) => `${work}: ${each.name}: ${fault}`));
        results[index]?.push(result);
      }
    }
    for (const [index, each] of clusters.entries()) {
      const runs = results[index] as LoadResult[];
      this.#rows.push({
        ...summarize(work, each.name, runs),
        redisCpuUs: median(runs.map(({ redisCpuSeconds, deliveries }) => (redisCpuSeconds / deliveries) * 1e6)),
        rssMb: each.rssMb(),
        bytesPerMessage: await each.bytesPerMessage(),
        redisBytesIn: median((traffic[index] as Traffic[]).map(({ redisBytesIn }) => redisBytesIn)),
        redisBytesOut: median((traffic[index] as Traffic[]).map(({ redisBytesOut }) => redisBytesOut)),
        walBytes: median((traffic[index] as Traffic[]).map(({ walBytes }) => walBytes)),
      });
    }
    return results;
  }

  /** Users come all at once, enter their room, and go; everyone in it is told of each. */
  async visit(cluster: Cluster): Promise<void> {
    const { visitors } = this.#size;
    const work = `${whole(visitors)} connect and enter at once, rooms of ${VISITED_ROOM}; then go`;
    this.#run.say(`${work}: ${cluster.name}`);
    const { ports, pids, databasePid, redisPid } = cluster;
    const before = await cluster.traffic();
    const { steps, leaving, dropped, reason, audience, delivered } = await runLoad(this.#run.processes, {
      kind: 'connections',
      port: ports[0] as number,
      dialect: 'socket.io',
      rooms: await cluster.rooms(shape(visitors / VISITED_ROOM, VISITED_ROOM)),
      tag: 'visit',
      steps: [visitors],
      idleMs: 500,
      leaveMs: LEAVE_MS,
      serverPids: pids,
      databasePid,
      ...(redisPid !== undefined && { redisPid }),
    });
    const { redisBytesIn, redisBytesOut } = perMessage(before, await cluster.traffic(), visitors);
    const [coming] = steps as [ConnectionsStep];
    this.#visits.push({ work, system: cluster.name, visitors, coming, leaving, redisBytesIn, redisBytesOut });
    if (dropped > 0) this.#broken.push(`${work}: ${cluster.name}: ${dropped} connections dropped: ${reason}`);
    if (delivered !== audience) {
      this.#broken.push(`${work}: ${cluster.name}: a message reached ${delivered} of ${audience}`);
    }
  }

  /** P6: two nodes beside the one that is alone. */
  target(work: string, clusters: readonly Cluster[], results: readonly LoadResult[][]): void {
    const of = (nodes: number, hasRedis: boolean) =>
      results[clusters.findIndex((each) => each.nodes === nodes && (each.redisPid !== undefined) === hasRedis)] ?? [];
    const [two, one] = [of(2, true), of(1, false)];
    const cost = ({ serverCpuSeconds, deliveries }: LoadResult) => (serverCpuSeconds / deliveries) * 1e6;
    const value = ratio(two, one, cost);
    this.#targets.push({
      id: 'P6',
      work: `${work}, over 2 nodes and Redis: CPU per delivery, both nodes together, beside one node`,
      ours: `${median(two.map(cost)).toFixed(1)} us`,
      baseline: `${median(one.map(cost)).toFixed(1)} us`,
      ratio: `${value.toFixed(2)}x`,
      target: `<= ${P6_AT_MOST}x`,
      met: value <= P6_AT_MOST,
    });
  }

  outcome(): Outcome {
    return {
      table: tables(this.#rows, this.#visits),
      targets: this.#targets,
      result: { rows: this.#rows, visits: this.#visits },
      broken: this.#broken,
    };
  }

  #load(cluster: Cluster, rooms: readonly LoadRoom[], window: number, tag: string): Promise<LoadResult> {
    const { warmUpMs, measureMs } = this.#size;
    const { ports, pids, databasePid, redisPid } = cluster;
    return runLoad(this.#run.processes, {
      kind: 'rooms',
      dialect: 'socket.io',
      rooms,
      rate: { window },
      port: ports[0] as number,
      tag,
      warmUpMs,
      measureMs,
      serverPids: pids,
      databasePid,
      ...(redisPid !== undefined && { redisPid }),
    });
  }
}

const perMessage = (before: Traffic, after: Traffic, messages: number): Traffic => ({
  redisBytesIn: (after.redisBytesIn - before.redisBytesIn) / messages,
  redisBytesOut: (after.redisBytesOut - before.redisBytesOut) / messages,
  walBytes: (after.walBytes - before.walBytes) / messages,
});
