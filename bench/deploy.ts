import { type CatchUp, catchUps } from './delivery/catch-up.js';
import { type Counts, count, faults } from './delivery/count.js';
import { startDreamStudio } from './delivery/dream-studio.js';
import { FULL, type Plan, planLoad, QUICK } from './delivery/plan.js';
import { type Played, play } from './delivery/play.js';
import type { ClientRecord } from './delivery/record.js';
import type { Outcome, Run } from './lib/bench.js';
import { markdown, percentiles, seconds, spread, whole } from './lib/figures.js';
import type { Restart } from './lib/server.js';

const SEED = 20_240_518;
const VARIANTS = [
  { name: 'SIGTERM', signal: 'SIGTERM' },
  { name: 'kill -9', signal: 'SIGKILL' },
] as const;

interface Row extends Counts {
  name: string;
  clients: number;
  /** Clients that are connected again and have everything. */
  back: number;
  failedSends: number;
  /** Messages that were sent between the signal and the new process being ready. */
  sentMeanwhile: number;
  goneMs: number;
  readyMs: number;
  /** For each client, how long it had no connection. */
  gapMs: number[];
  /** For each client, from the signal until it was connected and had everything. */
  wholeAgainMs: number[];
}

/** A new server process in place of the old one, under load: what clients see of it. */
export async function deploy({ say, quick, processes }: Run): Promise<Outcome> {
  const plan = planLoad({ ...(quick ? QUICK : FULL), cuts: false }, SEED);
  const rows: Row[] = [];
  for (const { name, signal } of VARIANTS) {
    const sayOf = (progress: string) => say(`${name}: ${progress}`);
    sayOf('starting');
    await using system = await startDreamStudio(processes, plan);
    let restart: Restart | undefined;
    const run = async () => {
      sayOf('the server is ended, and another started');
      restart = await system.restart(signal);
      sayOf(`gone after ${seconds(restart.goneMs)}, the new one ready after ${seconds(restart.readyMs)}`);
    };
    const disturbance = { atMs: (plan.seconds * 1_000) / 3, run };
    const played = await play(system, plan, { say: sayOf, signal: processes.stopping, disturbance });
    rows.push(toRow(name, played, restart as unknown as Restart));
  }
  return {
    table: `${describe(plan)}\n\n${table(rows)}`,
    result: { seed: SEED, load: describe(plan), rows: rows.map(toResult) },
    broken: rows.flatMap((row) => [...faults(row), ...missing(row)].map((fault) => `${row.name}: ${fault}`)),
  };
}

function toRow(name: string, { sent, clients }: Played, { at, goneMs, readyMs }: Restart): Row {
  const returns = returnsOf(clients, at);
  return {
    name,
    ...count(sent, clients),
    clients: clients.length,
    back: returns.length,
    failedSends: clients.reduce((sum, { failedSends }) => sum + failedSends.size, 0),
    sentMeanwhile: sent.filter((message) => message.at >= at && message.at < at + readyMs).length,
    goneMs,
    readyMs,
    gapMs: returns.map(({ gapMs }) => gapMs),
    wholeAgainMs: returns.map(({ wholeAt }) => wholeAt - at),
  };
}

/** Of the clients that lost their connection since and came back with everything: how long it took. */
function returnsOf(clients: readonly ClientRecord[], since: number): { gapMs: number; wholeAt: number }[] {
  const byClient = new Map<ClientRecord, CatchUp[]>();
  for (const catchUp of catchUps(clients, since)) {
    byClient.set(catchUp.client, [...(byClient.get(catchUp.client) ?? []), catchUp]);
  }
  return [...byClient.values()].flatMap((all) => {
    if (all.some(({ at }) => at === null)) return [];
    const gapMs = all.reduce((sum, { absence }) => sum + Number(absence.to) - absence.from, 0);
    return [{ gapMs, wholeAt: Math.max(...all.map(({ at }) => Number(at))) }];
  });
}

function missing({ clients, back, failedSends }: Row): string[] {
  return [
    ...(back < clients ? [`${clients - back} clients did not come back`] : []),
    ...(failedSends > 0 ? [`${failedSends} sends failed as the app saw them`] : []),
  ];
}

const describe = ({ clients, rooms, seconds }: Plan): string =>
  `${whole(clients)} clients in ${rooms} rooms, 1 message a second and room, ${seconds} s; after a third of it another server process`;

const table = (rows: readonly Row[]): string =>
  markdown(
    [
      '',
      'sent (while there was no server)',
      'deliveries expected',
      'lost',
      'twice',
      'out of order',
      'sends failed',
      'clients back',
      'old process gone, new one ready after',
      'without a connection p50 / p95 / max',
      'signal to having everything p50 / p95 / max',
    ],
    rows.map((row) => [
      row.name,
      `${whole(row.sent)} (${whole(row.sentMeanwhile)})`,
      whole(row.expected),
      whole(row.lost),
      whole(row.duplicated),
      whole(row.reordered),
      whole(row.failedSends),
      `${whole(row.back)} of ${whole(row.clients)}`,
      `${seconds(row.goneMs)}, ${seconds(row.readyMs)}`,
      spread(row.gapMs),
      spread(row.wholeAgainMs),
    ]),
  );

const toResult = ({ gapMs, wholeAgainMs, ...row }: Row) => ({
  ...row,
  gapMs: percentiles(gapMs),
  wholeAgainMs: percentiles(wholeAgainMs),
});
