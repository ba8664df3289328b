import { markdown, median, whole } from '../lib/figures.js';
import type { BusResult, Subscriptions } from './nodes.js';

/** One way to tell other nodes, at one load. */
export interface Row {
  readonly work: string;
  readonly system: string;
  readonly messagesPerSecond: number;
  /** Of a message, all nodes together. */
  readonly nodesCpuUs: number;
  readonly redisCpuUs: number;
  /** How many nodes a message came to, its own included. */
  readonly receivedBy?: number;
  /** Of a message, what Redis was sent and what it sent on. */
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Members to whom messages came in another order than to the first. */
  readonly otherOrder?: number;
}

/** What a node takes that has no member of any room that is talked in. */
export interface Bystander {
  readonly system: string;
  readonly messagesPerSecond: number;
  /** Of a message that was said. */
  readonly nodeCpuUs: number;
}

export type SubscriptionsOf = Subscriptions & { readonly system: string };

export function busRow(work: string, system: string, result: BusResult): Row {
  const { messages } = result;
  const nodeCpuSeconds = result.nodeCpuSeconds.reduce((sum, seconds) => sum + seconds, 0);
  return {
    work,
    system,
    messagesPerSecond: messages / result.seconds,
    nodesCpuUs: (nodeCpuSeconds / messages) * 1e6,
    redisCpuUs: (result.redisCpuSeconds / messages) * 1e6,
    receivedBy: result.received / messages,
    bytesIn: result.bytesIn / messages,
    bytesOut: result.bytesOut / messages,
    p50Ms: result.latencyMs.p50,
    p99Ms: result.latencyMs.p99,
  };
}

/** Of each figure of runs of the same. */
export function medians(rows: readonly Row[]): Row {
  const fields = Object.keys(rows[0] as Row) as (keyof Row)[];
  const value = (field: keyof Row) =>
    typeof rows[0]?.[field] === 'number' ? median(rows.map((row) => row[field] as number)) : rows[0]?.[field];
  return Object.fromEntries(fields.map((field) => [field, value(field)])) as unknown as Row;
}

export function tables(
  rows: readonly Row[],
  bystanders: readonly Bystander[],
  subscriptions: readonly SubscriptionsOf[],
): string {
  return [rowsTable(rows), bystandersTable(bystanders), subscriptionsTable(subscriptions)].join('\n\n');
}

const rowsTable = (rows: readonly Row[]): string =>
  markdown(
    [
      'work',
      'system',
      'msg/s',
      'nodes CPU us per message',
      'Redis CPU us',
      'nodes it comes to',
      'bytes in / out of Redis',
      'p50 / p99 ms',
      'members with another order',
    ],
    rows.map((row) => [
      row.work,
      row.system,
      whole(row.messagesPerSecond),
      whole(row.nodesCpuUs),
      row.redisCpuUs > 0 ? row.redisCpuUs.toFixed(1) : '-',
      row.receivedBy?.toFixed(1) ?? '-',
      row.bytesIn !== undefined && row.bytesOut !== undefined ? `${whole(row.bytesIn)} / ${whole(row.bytesOut)}` : '-',
      `${row.p50Ms.toFixed(2)} / ${row.p99Ms.toFixed(2)}`,
      row.otherOrder === undefined ? '-' : whole(row.otherOrder),
    ]),
  );

const bystandersTable = (rows: readonly Bystander[]): string =>
  markdown(
    ['a node without a member', 'msg/s of the others', 'its CPU us per message'],
    rows.map(({ system, messagesPerSecond, nodeCpuUs }) => [system, whole(messagesPerSecond), nodeCpuUs.toFixed(1)]),
  );

const subscriptionsTable = (rows: readonly SubscriptionsOf[]): string =>
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
