import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../lib/figures.js';
import { cpuSeconds } from '../lib/process-usage.js';
import { type Client, openClient } from './client.js';
import type { LoadPlan, LoadResult, LoadRoom } from './plan.js';
import { noFaults, RoomLoad } from './room.js';

/** A process that puts a server under load: says `ready`, gets a {@link LoadPlan}, answers with a {@link LoadResult}. */
const CONNECTING_AT_ONCE = 25;
const OPEN_TIMEOUT_MS = 30_000;
/** For what is outstanding at the end. */
const SETTLE_MAX_MS = 10_000;
/** For what comes twice. */
const SETTLE_MS = 300;

process.channel?.ref();
const told = once(process, 'message') as Promise<[LoadPlan]>;
process.send?.('ready');
const [plan] = await told;
const result = await run(plan);
process.send?.(result, () => process.exit(0));

async function run(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = [];
  let from = Number.POSITIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  let refusal: string | undefined;
  const onDone = (sentAt: number, doneAt: number) => {
    if (sentAt >= from && sentAt < to) latencies.push(doneAt - sentAt);
  };
  const clients: Client[][] = plan.rooms.map(() => []);
  const rooms = plan.rooms.map(
    ({ members }, room) =>
      new RoomLoad({
        members: members.length,
        acks: plan.dialect === 'socket.io',
        send: (member, number) => clients[room]?.[member]?.send(number),
        now: () => performance.now(),
        onDone,
      }),
  );
  let strays = 0;
  const ended: Error[] = [];

  await inParallel(
    plan.rooms.flatMap((room, index) => room.members.map((_, member) => ({ room, index, member }))),
    async ({ room, index, member }) => {
      const load = rooms[index] as RoomLoad;
      const opening = openClient({
        ...plan,
        ...(room.members[member] as LoadRoom['members'][number]),
        room: { id: room.id, index },
        onDelivery: (of, number) => (of === index ? load.delivered(member, number) : strays++),
        onAck: (number) => load.acked(number),
        onRefusal(number, answer) {
          refusal ??= answer;
          load.refused(number);
        },
        onEnd: (reason) => ended.push(reason),
      });
      (clients[index] as Client[])[member] = await inTime(opening);
    },
  );

  const timers: ReturnType<typeof setInterval>[] = [];
  if ('window' in plan.rate) for (const room of rooms) room.start(plan.rate.window);
  else for (const room of rooms) timers.push(setInterval(() => room.sendOne(), plan.rate.everyMs));

  const now = () => ({
    at: performance.now(),
    messages: sum(rooms.map(({ done }) => done)),
    deliveries: sum(rooms.map(({ deliveries }) => deliveries)),
    server: cpuSeconds(plan.serverPid),
    database: plan.databasePid === undefined ? 0 : cpuSeconds(plan.databasePid),
    load: process.cpuUsage(),
  });
  await sleep(plan.warmUpMs);
  const before = now();
  from = before.at;
  await sleep(plan.measureMs);
  const after = now();
  to = after.at;

  for (const timer of timers) clearInterval(timer);
  for (const room of rooms) room.stop();
  for (const end = to + SETTLE_MAX_MS; performance.now() < end && rooms.some(({ outstanding }) => outstanding > 0); )
    await sleep(20);
  await sleep(SETTLE_MS);
  if (ended.length > 0) throw new Error(`${ended.length} connections ended: ${ended[0]?.message}`);
  for (const client of clients.flat()) client.close();

  const faults = noFaults();
  for (const room of rooms) {
    for (const [name, count] of Object.entries(room.faults())) faults[name as keyof typeof faults] += count;
  }
  faults.unexpected += strays;
  return {
    seconds: (after.at - before.at) / 1_000,
    messages: after.messages - before.messages,
    deliveries: after.deliveries - before.deliveries,
    serverCpuSeconds: after.server - before.server,
    databaseCpuSeconds: after.database - before.database,
    loadCpuSeconds: (after.load.user + after.load.system - before.load.user - before.load.system) / 1e6,
    latencyMs: { p50: percentile(latencies, 50), p99: percentile(latencies, 99) },
    faults,
    ...(refusal && { refusal }),
    acked: rooms.flatMap((room, index) => room.ackedNumbers().map((number) => `${index}.${number}`)),
  };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, worker));
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const timeout = sleep(OPEN_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error('A client could not connect in time');
  });
  return Promise.race([promise, timeout]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
