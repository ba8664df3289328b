import { startPostgres } from '../scripts/lib/postgres.js';
import { CALLS, type Call, connect, PROMISED } from './growth/calls.js';
import { PAGE, type Place, type Sizes, seed } from './growth/seed.js';
import type { Outcome, Run, Target } from './lib/bench.js';
import { pin, SERVER_CORE } from './lib/cores.js';
import { markdown, median, whole } from './lib/figures.js';
import { cpuSeconds } from './lib/process-usage.js';
import { verdict } from './lib/report.js';
import { startServer } from './lib/server.js';

const SMALL: Sizes = { messages: 1_000, members: 10, rooms: 1 };
const FULL: Sizes = { messages: 1_000_000, members: 5_000, rooms: 10_000 };
const QUICK: Sizes = { messages: 20_000, members: 500, rooms: 1_000 };
/** Times the small case. */
const TARGET = 1.5;
/** Small and large by turns, a few calls each: what else the machine does slows both. */
const CALLS_A_TURN = 5;
const TURNS = { full: 40, quick: 6 };
const WARM_UP_TURNS = 4;

interface Case {
  readonly growth: string;
  readonly what: string;
  readonly call: Call;
  readonly small: Place;
  readonly large: Place;
}

/** The median time of a call, and the CPU time of the database for one, in milliseconds. */
interface Cost {
  readonly ms: number;
  readonly databaseCpuMs: number;
}

interface Row extends Pick<Case, 'growth' | 'what'> {
  readonly small: Cost;
  readonly large: Cost;
  readonly ratio: number;
  readonly met: boolean;
}

/** What calls take where there is little, and where there is much. */
export async function growth({ say, quick, processes }: Run): Promise<Outcome> {
  const sizes = quick ? QUICK : FULL;
  const postgres = await startPostgres({ fsync: true });
  try {
    const server = await startServer(processes, { DATABASE_URL: postgres.url });
    pin(server.pid, SERVER_CORE);
    say(`filling the database: ${whole(sizes.messages)} messages, ${whole(sizes.rooms)} rooms`);
    const rows: Row[] = [];
    for (const one of await cases(postgres.url, sizes)) {
      processes.stopping.throwIfAborted();
      const row = await measure(one, server.url, postgres.pid, quick ? TURNS.quick : TURNS.full);
      say(`${row.growth}: ${row.what}: ${row.small.ms.toFixed(2)}, ${row.large.ms.toFixed(2)} ms`);
      rows.push(row);
    }
    await server.end();
    return { table: table(rows), targets: targets(rows), result: { small: SMALL, large: sizes, rows }, broken: [] };
  } finally {
    await postgres.stop();
  }
}

async function cases(databaseUrl: string, sizes: Sizes): Promise<Case[]> {
  const { messages, members, rooms } = await seed(databaseUrl, SMALL, sizes);
  const grown = (calls: Record<string, Call>, growth: string, small: Place, large: Place): Case[] =>
    Object.entries(calls).map(([what, call]) => ({ growth, what, call, small, large }));
  const from = (small: number, large: number, noun: string) => `${whole(small)} to ${whole(large)} ${noun}`;
  const toMessages = from(SMALL.messages, sizes.messages, 'messages in a room');
  const toMembers = from(SMALL.members, sizes.members, 'members of a room');
  const noun = 'rooms of a user';
  return [
    ...grown(CALLS.messages, toMessages, messages.small, messages.large),
    ...grown(CALLS.members, toMembers, members.small, members.large),
    ...grown(CALLS.rooms, from(SMALL.rooms, sizes.rooms, noun), rooms.small, rooms.large),
    ...grown(CALLS.pages, from(PAGE, sizes.rooms, noun), rooms.page, rooms.large),
  ];
}

async function measure(one: Case, url: string, databasePid: number, turns: number): Promise<Row> {
  const side = async (place: Place) => {
    const caller = await connect(url, place);
    const times: number[] = [];
    let cpu = 0;
    const turn = async (timed: boolean) => {
      const before = cpuSeconds(databasePid);
      for (let n = 0; n < CALLS_A_TURN; n++) {
        const start = performance.now();
        await one.call(caller, place);
        if (timed) times.push(performance.now() - start);
      }
      if (timed) cpu += cpuSeconds(databasePid) - before;
    };
    const cost = (): Cost => ({ ms: median(times), databaseCpuMs: (cpu * 1_000) / times.length });
    return { turn, cost, close: caller.close };
  };
  const sides = [await side(one.small), await side(one.large)] as const;
  try {
    for (let n = -WARM_UP_TURNS; n < turns; n++) for (const { turn } of sides) await turn(n >= 0);
  } finally {
    for (const { close } of sides) close();
  }
  const [small, large] = [sides[0].cost(), sides[1].cost()];
  const ratio = large.ms / small.ms;
  return { growth: one.growth, what: one.what, small, large, ratio, met: ratio <= TARGET };
}

const table = (rows: readonly Row[]): string =>
  markdown(
    ['', '', 'little: ms (database CPU)', 'much: ms (database CPU)', 'ratio', `target: <= ${TARGET}`],
    rows.map(({ growth, what, small, large, ratio, met }) => [
      ...[growth, what, cost(small), cost(large), ratio.toFixed(2), verdict(met)],
    ]),
  );

const cost = ({ ms, databaseCpuMs }: Cost): string => `${ms.toFixed(2)} (${databaseCpuMs.toFixed(2)})`;

/** A row for each call, with what has grown in turn. */
const targets = (rows: readonly Row[]): Target[] =>
  Object.keys(PROMISED).map((what) => {
    const own = rows.filter((row) => row.what === what);
    const inTurn = (figure: (row: Row) => number) => own.map((row) => figure(row).toFixed(1)).join(' / ');
    return {
      id: 'P7',
      work: `${what}: ${own.map((row) => row.growth).join(' / ')}`,
      ours: `${inTurn(({ large }) => large.ms)} ms`,
      baseline: `${inTurn(({ small }) => small.ms)} ms`,
      ratio: own.map(({ ratio }) => ratio.toFixed(2)).join(' / '),
      target: `<= ${TARGET} each`,
      met: own.every(({ met }) => met),
    };
  });
