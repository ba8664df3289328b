import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '../scripts/lib/postgres.js';
import { root } from '../scripts/lib/settings.js';
import type { Outcome, Run, Target } from './lib/bench.js';
import { whole } from './lib/figures.js';
import { peakRssMb, rssMb } from './lib/process-usage.js';
import { brokenPromises } from './load/check.js';
import type { LoadPlan, LoadRequest, LoadResult, LoadRoom, RequestsPlan, RoomsPlan } from './load/plan.js';
import { runLoad } from './load/run.js';
import {
  cpuSecondsPerUnit,
  LOAD_BOUND,
  messagesPerSecond,
  plot,
  type Row,
  ratio,
  rowsTable,
  summarize,
} from './throughput/summary.js';
import {
  type ChatSystem,
  type Embedded,
  type System,
  shape,
  startEmbedded,
  startOurs,
  startPrismaRoute,
  startSeed,
  startStock,
  startWs,
} from './throughput/systems.js';

const FULL = { runs: 3, warmUpMs: 1_500, measureMs: 5_000, windows: [1, 8, 32], members: 200, smallRooms: 100 };
const QUICK = { runs: 1, warmUpMs: 1_000, measureMs: 1_500, windows: [32], members: 100, smallRooms: 25 };
const SMALL_ROOM = 4;
const SMALL_WINDOW = 2;
const UNLOADED_EVERY_MS = 50;
const CONNECTIONS = 32;

/** What one system does in one run of a work. */
interface Side {
  readonly system: System;
  readonly plan: RoomsPlan | RequestsPlan;
  /** Where the system's name does not tell. */
  readonly name?: string;
}

/** Messages per second, CPU and latency, beside the seed's code, stock Socket.IO and raw `ws`: targets P1 to P3, P8, P9. */
export async function throughput(run: Run): Promise<Outcome> {
  const bench = new Throughput(run);
  const postgres = await startPostgres({ fsync: true });
  const systems: System[] = [];
  const start = async <S extends System>(starting: Promise<S>) => {
    const system = await starting;
    systems.push(system);
    return system;
  };
  try {
    const { processes, say } = run;
    say('starting the servers');
    const ours = await start(startOurs(processes, postgres));
    const seed = await start(startSeed(processes, postgres));
    const others = [await start(startStock(processes)), await start(startWs(processes))];
    await bench.fanOut(ours, seed, others);
    await bench.smallRooms(ours, seed);
    await bench.requests(ours, await start(startPrismaRoute(processes, postgres)));
  } finally {
    await Promise.all(systems.map((system) => system.end()));
    await postgres.stop();
  }
  await bench.embedded();
  return bench.outcome();
}

const PLOT = join(root, 'docs/images/bench.svg');

class Throughput {
  readonly #run: Run;
  readonly #size: typeof FULL;
  readonly #rows: Row[] = [];
  readonly #targets: Target[] = [];
  readonly #broken: string[] = [];

  constructor(run: Run) {
    this.#run = run;
    this.#size = run.quick ? QUICK : FULL;
  }

  /** P1 and P3: one room, all of whose members send in turn. */
  async fanOut(ours: ChatSystem, seed: ChatSystem, others: readonly ChatSystem[]): Promise<void> {
    const { members, windows } = this.#size;
    const rooms = new Map<ChatSystem, LoadRoom[]>();
    for (const system of [ours, seed, ...others]) rooms.set(system, await system.rooms(shape(1, members)));
    const side = (system: ChatSystem, rate: RoomsPlan['rate']): Side => ({
      system,
      plan: { kind: 'rooms', dialect: system.dialect, rooms: rooms.get(system) as LoadRoom[], rate },
    });

    const work = `1 room, ${members} members`;
    for (const window of windows) {
      const sides = [ours, seed, ...others].map((system) => side(system, { window }));
      const [a, b, stock] = (await this.#measure(`${work}, W=${window}`, sides)) as [Results, Results, Results];
      if (window !== windows.at(-1)) continue;
      this.#targets.push(
        faster('P1', `durable fan-out: ${work}, W=${window}`, a, b, 10, cpuSecondsPerUnit),
        faster('P1', `the same, beside stock Socket.IO without a database`, a, stock, 3),
      );
      if (!this.#run.quick) await writeFile(PLOT, plot(`${work}, W=${window}`, this.#rows.slice(-sides.length)));
    }

    const unloaded = `${work}, one send each ${UNLOADED_EVERY_MS} ms`;
    const sides = [ours, seed].map((system) => side(system, { everyMs: UNLOADED_EVERY_MS }));
    const [a, b] = (await this.#measure(unloaded, sides)) as [Results, Results];
    for (const percent of ['p50', 'p99'] as const) {
      const value = ratio(a, b, ({ latencyMs }) => latencyMs[percent]);
      this.#targets.push({
        id: 'P3',
        work: `unloaded: ${unloaded}: send to last receiver, ${percent}`,
        ours: `${medianOf(a, ({ latencyMs }) => latencyMs[percent]).toFixed(1)} ms`,
        baseline: `${medianOf(b, ({ latencyMs }) => latencyMs[percent]).toFixed(1)} ms`,
        ratio: `${value.toFixed(2)}x`,
        target: '<= 1x',
        met: value <= 1,
      });
    }
  }

  /** P2 */
  async smallRooms(ours: ChatSystem, seed: ChatSystem): Promise<void> {
    const sides: Side[] = [];
    for (const system of [ours, seed]) sides.push(await this.#smallRoomsOf(system));
    const [a, b] = (await this.#measure(this.#smallRoomsWork, sides)) as [Results, Results];
    this.#targets.push(faster('P2', `durable small rooms: ${this.#smallRoomsWork}`, a, b, 10));
  }

  get #smallRoomsWork(): string {
    return `${this.#size.smallRooms} rooms of ${SMALL_ROOM}, W=${SMALL_WINDOW} each`;
  }

  async #smallRoomsOf(system: ChatSystem): Promise<Side> {
    const rooms = await system.rooms(shape(this.#size.smallRooms, SMALL_ROOM));
    return { system, plan: { kind: 'rooms', dialect: system.dialect, rooms, rate: { window: SMALL_WINDOW } } };
  }

  /** P8: to one room, each connection as another member of it. */
  async requests(ours: ChatSystem, prismaRoute: System): Promise<void> {
    const [room, theirs] = [await onlyRoom(ours), await onlyRoom(ours)];
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    const plan = (
      { members }: LoadRoom,
      toRequest: (member: LoadRoom['members'][number]) => LoadRequest,
    ): RequestsPlan => ({
      kind: 'requests',
      requests: members.map(toRequest),
    });
    const rest = plan(room, ({ token }) => ({
      path: `/shared/chat/rooms/${room.id}/messages`,
      headers: bearer(token),
      body: {},
    }));
    const trpc = plan(room, ({ token }) => ({
      path: '/trpc/message.create',
      headers: bearer(token),
      body: { roomId: room.id },
    }));
    const route = plan(theirs, ({ userId }) => ({
      path: `/shared/chat/rooms/${theirs.id}/messages`,
      headers: { 'X-User-Id': String(userId) },
      body: {},
    }));
    const work = `message.create, ${CONNECTIONS} connections`;
    const [a, b, c] = (await this.#measure(work, [
      { system: ours, plan: rest, name: 'ours, REST' },
      { system: ours, plan: trpc, name: 'ours, tRPC' },
      { system: prismaRoute, plan: route },
    ])) as [Results, Results, Results];
    this.#targets.push(faster('P8', `REST ${work}`, a, c, 5), faster('P8', `tRPC ${work}`, b, c, 5));
  }

  /** P9: the work of P2 on the embedded database. */
  async embedded(): Promise<void> {
    this.#run.say('starting the server on the embedded database');
    const system = await startEmbedded(this.#run.processes);
    try {
      const { stored, ...unread } = system;
      const side = await this.#smallRoomsOf(unread);
      const work = `${this.#smallRoomsWork}, embedded database`;
      const [results] = (await this.#measure(work, [side])) as [Results];
      const memory = `${whole(rssMb(system.pid))} MB (at most ${whole(peakRssMb(system.pid))} MB)`;
      await system.end();
      await this.#checkEmbedded(work, system, results);
      this.#targets.push({
        id: 'P9',
        work,
        ours: `${whole(medianOf(results, messagesPerSecond))} msg/s, ${memory}`,
        baseline: '-',
        ratio: '-',
        target: 'stated',
      });
    } finally {
      await system.end();
      await system.remove();
    }
  }

  async #checkEmbedded(work: string, system: Embedded, results: Results): Promise<void> {
    for (const [run, result] of results.entries()) {
      const stored = await system.stored(tagOf(work, system.name, run));
      this.#broken.push(...brokenPromises(result, stored).map((fault) => `${work}: ${fault}`));
    }
  }

  outcome(): Outcome {
    return {
      table: rowsTable(this.#rows),
      targets: this.#targets,
      result: { rows: this.#rows },
      broken: this.#broken,
    };
  }

  /** Runs of all sides in turn, so that noise hits all alike. */
  async #measure(work: string, sides: readonly Side[]): Promise<Results[]> {
    const { runs } = this.#size;
    const results: Results[] = sides.map(() => []);
    for (let run = 0; run < runs; run++) {
      for (const [index, { system, plan, name = system.name }] of sides.entries()) {
        const tag = tagOf(work, name, run);
        const result = await this.#load(system, plan, tag);
        this.#run.say(`${work}: run ${run + 1} of ${runs}: ${name}: ${whole(messagesPerSecond(result))} msg/s`);
        (results[index] as Results).push(result);
        const broken = brokenPromises(result, await system.stored?.(tag));
        this.#broken.push(...broken.map((fault) => `${work}: ${name}: ${fault}`));
      }
    }
    for (const [index, { system, name = system.name }] of sides.entries()) {
      this.#rows.push(summarize(work, name, results[index] as Results));
    }
    return results;
  }

  #load(system: System, plan: RoomsPlan | RequestsPlan, tag: string): Promise<LoadResult> {
    const { warmUpMs, measureMs } = this.#size;
    const { port, pid, databasePid } = system;
    const whole: LoadPlan = { ...plan, port, tag, warmUpMs, measureMs, serverPids: [pid], databasePid };
    return runLoad(this.#run.processes, whole);
  }
}

type Results = LoadResult[];

const onlyRoom = async (system: ChatSystem) => (await system.rooms(shape(1, CONNECTIONS)))[0] as LoadRoom;

/** Letters and digits only: it is a part of texts, and of a pattern. */
const tagOf = (work: string, name: string, run: number) => `${work}x${name}x${run}`.replace(/[^A-Za-z0-9]/g, '');

const medianOf = (results: Results, value: (run: LoadResult) => number): number =>
  value(results.toSorted((a, b) => value(a) - value(b))[Math.ceil(results.length / 2) - 1] as LoadResult);

/**
 * That many times the baseline's messages a second. Where the load client is the bound, a `cost` that is as many times
 * smaller will do.
 */
function faster(
  id: string,
  work: string,
  ours: Results,
  theirs: Results,
  times: number,
  cost?: (run: LoadResult) => number,
): Target {
  const rate = ratio(ours, theirs, messagesPerSecond);
  const isBound = medianOf(ours, ({ loadCpuSeconds, seconds }) => loadCpuSeconds / seconds) > LOAD_BOUND;
  const costRatio = cost && isBound ? 1 / ratio(ours, theirs, cost) : undefined;
  return {
    id,
    work,
    ours: `${whole(medianOf(ours, messagesPerSecond))} msg/s`,
    baseline: `${whole(medianOf(theirs, messagesPerSecond))} msg/s`,
    ratio: `${rate.toFixed(1)}x${costRatio === undefined ? '' : ` (load client bound; CPU per delivery 1/${costRatio.toFixed(1)})`}`,
    target: `>= ${times}x`,
    met: rate >= times || (costRatio ?? 0) >= times,
  };
}
