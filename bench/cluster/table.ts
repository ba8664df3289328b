import { markdown, whole } from '../lib/figures.js';
import type { CpuSeconds } from '../load/plan.js';
import type { Row as ThroughputRow } from '../throughput/summary.js';

/** So many nodes at one load: medians of their runs. */
export interface Row extends ThroughputRow {
  readonly redisCpuUs: number;
  /** Of all nodes, when they have been under this load. */
  readonly rssMb: number;
  /** What a message takes in the database, its part of the indexes included. */
  readonly bytesPerMessage: number;
  /** Of a message, what Redis was sent and what it sent on. */
  readonly redisBytesIn: number;
  readonly redisBytesOut: number;
  /** Of a message, what PostgreSQL wrote to its log. */
  readonly walBytes: number;
}

/** Users who have come and gone. */
export interface Visit {
  readonly work: string;
  readonly system: string;
  readonly visitors: number;
  readonly coming: CpuSeconds;
  readonly leaving: CpuSeconds;
  /** Of a visitor, for coming and going together. */
  readonly redisBytesIn: number;
  readonly redisBytesOut: number;
}

export const tables = (rows: readonly Row[], visits: readonly Visit[]): string =>
  [throughputTable(rows), bytesTable(rows), visitsTable(visits)].join('\n\n');

const throughputTable = (rows: readonly Row[]): string =>
  markdown(
    [
      'work',
      'nodes',
      'msg/s',
      'deliveries/s',
      'CPU us per delivery: nodes',
      'Redis',
      'database',
      'p50 / p99 ms',
      'memory of the nodes',
      'load client busy',
    ],
    rows.map((row) => [
      row.work,
      row.system,
      whole(row.messagesPerSecond),
      whole(row.deliveriesPerSecond),
      row.serverCpuUs.toFixed(1),
      row.redisCpuUs > 0 ? row.redisCpuUs.toFixed(1) : '-',
      row.databaseCpuUs.toFixed(1),
      `${row.p50Ms.toFixed(1)} / ${row.p99Ms.toFixed(1)}`,
      `${whole(row.rssMb)} MB`,
      `${whole(row.loadBusy * 100)} %`,
    ]),
  );

const bytesTable = (rows: readonly Row[]): string =>
  markdown(
    ['bytes of a message', 'nodes', 'into Redis', 'out of Redis', 'log of PostgreSQL', 'its place in the table'],
    rows.map((row) => [
      row.work,
      row.system,
      row.redisBytesIn > 0 ? whole(row.redisBytesIn) : '-',
      row.redisBytesOut > 0 ? whole(row.redisBytesOut) : '-',
      whole(row.walBytes),
      whole(row.bytesPerMessage),
    ]),
  );

const visitsTable = (visits: readonly Visit[]): string =>
  markdown(
    [
      '',
      'nodes',
      'coming: CPU us of the nodes',
      'Redis',
      'database',
      'going: nodes',
      'Redis',
      'database',
      'bytes in / out of Redis',
    ],
    visits.map(({ work, system, visitors, coming, leaving, redisBytesIn, redisBytesOut }) => {
      const us = (seconds: number) => (seconds > 0 ? whole((seconds / visitors) * 1e6) : '-');
      const cells = (cpu: CpuSeconds) => [
        us(cpu.serverCpuSeconds),
        us(cpu.redisCpuSeconds),
        us(cpu.databaseCpuSeconds),
      ];
      const bytes = redisBytesIn > 0 ? `${whole(redisBytesIn)} / ${whole(redisBytesOut)}` : '-';
      return [work, system, ...cells(coming), ...cells(leaving), bytes];
    }),
  );
