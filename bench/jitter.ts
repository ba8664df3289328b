import { type CatchUp, catchUps } from './delivery/catch-up.js';
import type { ChatSystem } from './delivery/chat-system.js';
import { type Counts, count, faults } from './delivery/count.js';
import { startDreamStudio } from './delivery/dream-studio.js';
import { FULL, type Plan, planLoad, QUICK } from './delivery/plan.js';
import { type Played, play } from './delivery/play.js';
import { startSocketIo } from './delivery/socket-io.js';
import type { Outcome, Run } from './lib/bench.js';
import { markdown, percentile, percentiles, share, spread, whole } from './lib/figures.js';

const REPLAY_P95_TARGET_MS = 2_000;
const SEED = 20_240_517;

interface Row extends Counts {
  name: string;
  absences: number;
  /** Absences after which something never came. */
  neverCaughtUp: number;
  /** From connected again to having everything, of the others. */
  replayMs: number[];
  serverCpuSeconds: number;
  databaseCpuSeconds: number;
  serverPeakRssMb: number;
  timersLateP99Ms: number;
}

/** Clients that lose their connection again and again, on our server and on stock Socket.IO under the same load. */
export async function jitter({ say, quick, processes }: Run): Promise<Outcome> {
  const plan = planLoad({ ...(quick ? QUICK : FULL), cuts: true }, SEED);
  const systems: [string, () => Promise<ChatSystem>][] = [
    ['Socket.IO', () => startSocketIo(processes, { ...plan, recovery: false })],
    ['Socket.IO with recovery', () => startSocketIo(processes, { ...plan, recovery: true })],
    ['Dream Studio Chat', () => startDreamStudio(processes, plan)],
  ];
  const rows: Row[] = [];
  for (const [name, start] of systems) {
    const sayOf = (progress: string) => say(`${name}: ${progress}`);
    sayOf('starting');
    await using system = await start();
    rows.push(toRow(system.name, await play(system, plan, { say: sayOf, signal: processes.stopping })));
  }
  const ours = rows.at(-1) as Row;
  const p95 = percentile(ours.replayMs, 95);
  const target = `Replay p95 of ours: target 2 s or less, ${p95 <= REPLAY_P95_TARGET_MS ? 'met' : 'MISSED'}.`;
  return {
    table: `${describe(plan)}\n\n${table(rows)}\n\n${target}`,
    result: { seed: SEED, load: describe(plan), rows: rows.map(toResult) },
    broken: faults(ours),
  };
}

function toRow(name: string, { sent, clients, usage, timersLateP99Ms }: Played): Row {
  const returns = catchUps(clients);
  return {
    name,
    ...count(sent, clients),
    absences: returns.length,
    neverCaughtUp: returns.filter(({ at }) => at === null).length,
    replayMs: returns.flatMap(replayOf),
    ...usage,
    timersLateP99Ms,
  };
}

const replayOf = ({ absence, at }: CatchUp): number[] => (at === null || absence.to === null ? [] : [at - absence.to]);

const describe = ({ clients, rooms, seconds }: Plan): string =>
  `${whole(clients)} clients in ${rooms} rooms, each cut off for 2 s every 15 s or so, 1 message a second and room, ${seconds} s`;

const table = (rows: readonly Row[]): string =>
  markdown(
    [
      '',
      'sent',
      'deliveries expected',
      'delivered',
      'lost',
      'twice',
      'out of order',
      'absences made good',
      'replay p50 / p95 / max',
      'server CPU (and database)',
      'server memory',
    ],
    rows.map((row) => [
      row.name,
      whole(row.sent),
      whole(row.expected),
      share(row.delivered, row.expected),
      whole(row.lost),
      whole(row.duplicated),
      whole(row.reordered),
      `${whole(row.absences - row.neverCaughtUp)} of ${whole(row.absences)}`,
      spread(row.replayMs),
      `${row.serverCpuSeconds.toFixed(1)} s${row.databaseCpuSeconds > 0 ? ` (+ ${row.databaseCpuSeconds.toFixed(1)} s)` : ''}`,
      `${whole(row.serverPeakRssMb)} MB`,
    ]),
  );

const toResult = ({ replayMs, ...row }: Row) => ({ ...row, replayMs: percentiles(replayMs) });
