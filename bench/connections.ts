import { setTimeout as sleep } from 'node:timers/promises';
import { TIMES } from '@dream-studio/contracts';
import { startPostgres } from '../scripts/lib/postgres.js';
import { SetupError } from '../scripts/lib/settings.js';
import type { Outcome, Run, Target } from './lib/bench.js';
import { markdown, median, whole } from './lib/figures.js';
import { openFilesMax } from './lib/process-usage.js';
import type { ConnectionsResult, ConnectionsStep, LoadRoom } from './load/plan.js';
import { runLoad } from './load/run.js';
import { type ChatSystem, shape, startOurs, startStock } from './throughput/systems.js';

const FULL = { runs: 3, atOnce: 2_000, slope: [2_000, 6_000], slopeIdleMs: 60_000, idle: 10_000, idleMs: 30_000 };
const QUICK = { runs: 1, atOnce: 500, slope: [250, 750], slopeIdleMs: 5_000, idle: 1_000, idleMs: 2_000 };
const ROOM = 50;
/** Beside connections: files, pipes, the database. */
const OTHER_FILES = 500;
/** Everyone is offline again after it. */
const GRACE_MS = TIMES.presenceGraceMs + 2_000;

/** Memory of idle connections, the rate of connecting, and ten thousand of them: targets P4, P5, and the fault F17. */
export async function connections(run: Run): Promise<Outcome> {
  const size = run.quick ? QUICK : FULL;
  const needed = size.idle + OTHER_FILES;
  if (openFilesMax() < needed) {
    throw new SetupError(
      `${size.idle} connections need ${needed} open files, and ${openFilesMax()} are allowed: ulimit -n ${needed}`,
    );
  }
  const bench = new Connections(run, size);
  const postgres = await startPostgres({ fsync: true });
  try {
    const starts = [() => startOurs(run.processes, postgres), () => startStock(run.processes)] as const;
    await bench.rate(await Promise.all(starts.map((start) => start())));
    for (const start of starts) await bench.slope(await start());
    await bench.idle(await starts[0]());
  } finally {
    await postgres.stop();
  }
  return bench.outcome();
}

interface Row extends ConnectionsStep {
  readonly work: string;
  readonly name: string;
}

class Connections {
  readonly #run: Run;
  readonly #size: typeof FULL;
  readonly #rows: Row[] = [];
  readonly #slopes: number[] = [];
  readonly #targets: Target[] = [];
  readonly #broken: string[] = [];

  constructor(run: Run, size: typeof FULL) {
    this.#run = run;
    this.#size = size;
  }

  /** P5: both in turn, so that noise hits both alike, after a round that only warms them up. */
  async rate(systems: readonly ChatSystem[]): Promise<void> {
    const { atOnce, runs } = this.#size;
    const work = `${whole(atOnce)} connect, authenticate and join at once, rooms of ${ROOM}`;
    const rates: number[][] = systems.map(() => []);
    try {
      const rooms = await Promise.all(systems.map((system) => roomsOf(system, atOnce)));
      for (let round = 0; round <= runs; round++) {
        for (const [index, system] of systems.entries()) {
          const name = round === 0 ? 'warming up' : `run ${round} of ${runs}`;
          const { steps } = await this.#connect(`${work}, ${name}`, system, rooms[index] as LoadRoom[], [atOnce], 500);
          await sleep(GRACE_MS);
          if (round === 0) continue;
          const [step] = steps as [ConnectionsStep];
          this.#rows.push({ work, name: system.name, ...step });
          rates[index]?.push(step.connected / step.seconds);
        }
      }
    } finally {
      await Promise.all(systems.map((system) => system.end()));
    }
    const [ours = 0, stock = 0] = rates.map(median);
    const ratio = ours / stock;
    this.#targets.push({
      id: 'P5',
      work,
      ours: `${whole(ours)}/s`,
      baseline: `${whole(stock)}/s`,
      ratio: `${ratio.toFixed(2)}x`,
      target: '>= 0.8x',
      met: ratio >= 0.8,
    });
  }

  /** P4: a server of its own for each, first ours, then the stock one. */
  async slope(system: ChatSystem): Promise<void> {
    const { slope, slopeIdleMs } = this.#size;
    const [few = 0, many = 0] = slope;
    const work = `idle connections in rooms of ${ROOM}, from ${whole(few)} to ${whole(many)}`;
    const { steps } = await this.#whole(work, system, slope, slopeIdleMs);
    const [first, last] = steps as [ConnectionsStep, ConnectionsStep];
    this.#slopes.push((last.rssKb - first.rssKb) / (last.sockets - first.sockets));
    const [ours = 0, stock] = this.#slopes;
    if (stock === undefined) return;
    const ratio = ours / stock;
    this.#targets.push({
      id: 'P4',
      work: `memory of each: ${work}`,
      ours: `${ours.toFixed(1)} KB`,
      baseline: `${stock.toFixed(1)} KB`,
      ratio: `${ratio.toFixed(2)}x`,
      target: '<= 0.8x',
      met: ratio <= 0.8,
    });
  }

  /** F17 */
  async idle(system: ChatSystem): Promise<void> {
    const { idle, idleMs } = this.#size;
    const work = `${whole(idle)} idle connections on one node`;
    const { steps, dropped, audience, delivered, leftOpen } = await this.#whole(work, system, [idle], idleMs);
    const [{ sockets, rssKb }] = steps as [ConnectionsStep];
    this.#targets.push({
      id: 'F17',
      work,
      ours: `${whole(sockets)} connected, ${dropped} dropped, ${whole(rssKb / 1024)} MB in all; a message reached ${delivered} of ${audience}; ${leftOpen} left open`,
      baseline: '-',
      ratio: '-',
      target: '0 dropped, all freed',
      met: sockets === idle && dropped === 0 && delivered === audience && leftOpen === 0,
    });
  }

  outcome(): Outcome {
    return { table: table(this.#rows), targets: this.#targets, result: { rows: this.#rows }, broken: this.#broken };
  }

  async #whole(work: string, system: ChatSystem, steps: readonly number[], idleMs: number): Promise<ConnectionsResult> {
    try {
      const rooms = await roomsOf(system, steps.at(-1) as number);
      const result = await this.#connect(work, system, rooms, steps, idleMs);
      this.#rows.push(...result.steps.map((step) => ({ work, name: system.name, ...step })));
      return result;
    } finally {
      await system.end();
    }
  }

  async #connect(work: string, system: ChatSystem, rooms: LoadRoom[], steps: readonly number[], idleMs: number) {
    const { name, port, pid, databasePid, dialect } = system;
    this.#run.say(`${work}: ${name}`);
    const tag = `${name}x${steps.at(-1)}`.replace(/[^A-Za-z0-9]/g, '');
    const result = await runLoad(this.#run.processes, {
      kind: 'connections',
      port,
      dialect,
      rooms,
      tag,
      steps,
      idleMs,
      serverPids: [pid],
      databasePid,
    });
    this.#broken.push(...faults(result).map((fault) => `${work}: ${name}: ${fault}`));
    return result;
  }
}

const roomsOf = (system: ChatSystem, clients: number): Promise<LoadRoom[]> => system.rooms(shape(clients / ROOM, ROOM));

const faults = ({ dropped, reason, audience, delivered, leftOpen }: ConnectionsResult): string[] => [
  ...(dropped > 0 ? [`${dropped} connections refused or dropped: ${reason}`] : []),
  ...(delivered !== audience ? [`a message reached ${delivered} of ${audience}`] : []),
  ...(leftOpen > 0 ? [`${leftOpen} connections left open`] : []),
];

const table = (rows: readonly Row[]): string =>
  markdown(
    ['', '', 'connected', 'a second', 'server CPU for each', "database's", "server's memory then"],
    rows.map(({ work, name, connected, seconds, serverCpuSeconds, databaseCpuSeconds, rssKb }) => [
      work,
      name,
      whole(connected),
      whole(connected / seconds),
      `${whole((serverCpuSeconds / connected) * 1e6)} us`,
      databaseCpuSeconds === 0 ? '-' : `${whole((databaseCpuSeconds / connected) * 1e6)} us`,
      `${whole(rssKb / 1024)} MB`,
    ]),
  );
