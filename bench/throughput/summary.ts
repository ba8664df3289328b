import { markdown, median, whole } from '../lib/figures.js';
import { barPlot } from '../lib/plot.js';
import type { LoadResult } from '../load/plan.js';

/** One system at one load: medians of its runs. */
export interface Row {
  readonly work: string;
  readonly system: string;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Of a delivery, or of a request where there are none. */
  readonly serverCpuUs: number;
  /** The same of the database's processes. */
  readonly databaseCpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The part of its core that the load client used. */
  readonly loadBusy: number;
}

/** Above this the load client is what bounds a figure. */
export const LOAD_BOUND = 0.9;

export function summarize(work: string, system: string, runs: readonly LoadResult[]): Row {
  const of = (value: (run: LoadResult) => number) => median(runs.map(value));
  return {
    work,
    system,
    messagesPerSecond: of(messagesPerSecond),
    deliveriesPerSecond: of(({ deliveries, seconds }) => deliveries / seconds),
    serverCpuUs: of((run) => (run.serverCpuSeconds / unitsOf(run)) * 1e6),
    databaseCpuUs: of((run) => (run.databaseCpuSeconds / unitsOf(run)) * 1e6),
    p50Ms: of(({ latencyMs }) => latencyMs.p50),
    p99Ms: of(({ latencyMs }) => latencyMs.p99),
    loadBusy: of(({ loadCpuSeconds, seconds }) => loadCpuSeconds / seconds),
  };
}

export const messagesPerSecond = ({ messages, seconds }: LoadResult): number => messages / seconds;

/** Of server and database together. */
export const cpuSecondsPerUnit = (run: LoadResult): number =>
  (run.serverCpuSeconds + run.databaseCpuSeconds) / unitsOf(run);

const unitsOf = ({ deliveries, messages }: LoadResult): number => deliveries || messages;

/** The median of the ratios of runs that were made one right after the other. */
export const ratio = (
  ours: readonly LoadResult[],
  theirs: readonly LoadResult[],
  value: (run: LoadResult) => number,
): number => median(ours.map((run, index) => value(run) / value(theirs[index] as LoadResult)));

export const rowsTable = (rows: readonly Row[]): string =>
  markdown(
    [
      'work',
      'system',
      'msg/s',
      'deliveries/s',
      'server CPU us per delivery (or request)',
      'database CPU us',
      'p50 / p99 ms',
      'load client busy',
    ],
    rows.map((row) => [
      row.work,
      row.system,
      whole(row.messagesPerSecond),
      row.deliveriesPerSecond > 0 ? whole(row.deliveriesPerSecond) : '-',
      row.serverCpuUs.toFixed(1),
      row.databaseCpuUs > 0 ? row.databaseCpuUs.toFixed(1) : '-',
      `${row.p50Ms.toFixed(1)} / ${row.p99Ms.toFixed(1)}`,
      `${whole(row.loadBusy * 100)} %`,
    ]),
  );

/** The rows of one work as a picture: messages a second, and CPU per delivery. */
export function plot(title: string, rows: readonly Row[]): string {
  const panel = (what: string, value: (row: Row) => number, text: (value: number) => string) => ({
    title: `${what}: ${title}`,
    bars: rows.map((row) => ({ label: row.system, value: value(row), text: text(value(row)) })),
  });
  return barPlot([
    panel('Messages per second', (row) => row.messagesPerSecond, whole),
    panel(
      'CPU per delivery, database included',
      (row) => row.serverCpuUs + row.databaseCpuUs,
      (value) => `${value.toFixed(1)} us`,
    ),
  ]);
}
