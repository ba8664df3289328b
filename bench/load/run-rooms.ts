import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, openClient } from './client.js';
import { Measurement } from './measure.js';
import type { LoadPlan, LoadResult, LoadRoom, RoomsPlan } from './plan.js';
import { addFaults, RoomLoad } from './room.js';

const CONNECTING_AT_ONCE = 25;
const OPEN_TIMEOUT_MS = 30_000;
/** For what is outstanding at the end. */
const SETTLE_MAX_MS = 10_000;
/** For what comes twice. */
const SETTLE_MS = 300;

export async function runRooms(plan: LoadPlan & RoomsPlan): Promise<LoadResult> {
  const measurement = new Measurement();
  const clients: Client[][] = plan.rooms.map(() => []);
  const rooms = plan.rooms.map(
    ({ members }, room) =>
      new RoomLoad({
        members: members.length,
        acks: plan.dialect === 'socket.io',
        send: (member, number) => clients[room]?.[member]?.send(number),
        now: () => performance.now(),
        onDone: (sentAt, doneAt) => measurement.took(sentAt, doneAt),
      }),
  );
  let strays = 0;
  let refusal: string | undefined;
  const ended: Error[] = [];
  const open = async ({ room, index, member }: { room: LoadRoom; index: number; member: number }) => {
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
  };
  const all = plan.rooms.flatMap((room, index) => room.members.map((_, member) => ({ room, index, member })));
  await inParallel(all, open);

  const { rate } = plan;
  const timer = 'everyMs' in rate ? inTurn(rooms, rate.everyMs) : undefined;
  if ('window' in rate) each(rooms, (room) => room.start(rate.window));
  const measured = await measurement.run(plan, () => ({
    messages: sum(rooms.map(({ done }) => done)),
    deliveries: sum(rooms.map(({ deliveries }) => deliveries)),
  }));
  clearInterval(timer);
  each(rooms, (room) => room.stop());
  const deadline = performance.now() + SETTLE_MAX_MS;
  while (performance.now() < deadline && rooms.some(({ outstanding }) => outstanding > 0)) await sleep(20);
  await sleep(SETTLE_MS);
  if (ended.length > 0) throw new Error(`${ended.length} connections ended: ${ended[0]?.message}`);
  each(clients.flat(), (client) => client.close());
  const faults = rooms.map((room) => room.faults()).reduce(addFaults);
  return {
    ...measured,
    latencyMs: measurement.latencies(),
    faults: { ...faults, unexpected: faults.unexpected + strays },
    refusal,
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

/** Each room sends once in that time. */
function inTurn(rooms: readonly RoomLoad[], everyMs: number): NodeJS.Timeout {
  let next = 0;
  return setInterval(() => rooms[next++ % rooms.length]?.sendOne(), everyMs / rooms.length);
}

function each<T>(items: readonly T[], work: (item: T) => void): void {
  for (const item of items) work(item);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
