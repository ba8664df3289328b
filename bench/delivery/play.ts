import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatSystem, ChatSystemClient, Usage } from './chat-system.js';
import { count } from './count.js';
import { type Plan, roomOf } from './plan.js';
import { ClientRecord, type Sent } from './record.js';

export interface Played {
  readonly sent: readonly Sent[];
  readonly clients: readonly ClientRecord[];
  /** From the first step to the end, connecting the clients not included. Means nothing when the server was restarted. */
  readonly usage: Usage;
  /** How late this process's own timers were, in milliseconds: times measured here are no better than that. */
  readonly timersLateP99Ms: number;
}

export interface PlayOptions {
  readonly say: (progress: string) => void;
  readonly signal: AbortSignal;
  /** Something that happens to the server meanwhile. */
  readonly disturbance?: { readonly atMs: number; run(): Promise<unknown> };
}

const CONNECTING_AT_ONCE = 25;
const OPEN_TIMEOUT_MS = 30_000;
const PROGRESS_MS = 10_000;
/** For what comes twice: as long as that is waited at least, once nothing more is to come. */
const SETTLE_MS = 3_000;
/** Twice the beat that tells clients what they may have missed, and some. */
const SETTLE_MAX_MS = 25_000;

/** Connects the clients of a plan to a system and lets them do what it says, until everything sent has arrived or never will. */
export async function play(system: ChatSystem, plan: Plan, options: PlayOptions): Promise<Played> {
  const { say, signal, disturbance } = options;
  const records = Array.from({ length: plan.clients }, (_, client) => new ClientRecord(roomOf(client, plan.rooms)));
  const clients = await connect(system, records, options);
  try {
    const before = system.usage();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const disturbed = disturbance && sleep(disturbance.atMs, undefined, { signal }).then(disturbance.run);
    disturbed?.catch(() => {}); // Until it is waited for.
    const sent = await act(clients, plan, options);
    await disturbed;
    say(`${plan.seconds} s done, ${sent.length} sent; waiting for what is missing`);
    await settle(sent, records, signal);
    delay.disable();
    const usage = difference(system.usage(), before);
    return { sent, clients: records, usage, timersLateP99Ms: delay.percentile(99) / 1e6 };
  } finally {
    for (const client of clients) client.close();
  }
}

async function connect(
  system: ChatSystem,
  records: readonly ClientRecord[],
  { say, signal }: PlayOptions,
): Promise<ChatSystemClient[]> {
  const clients: ChatSystemClient[] = [];
  let next = 0;
  const one = async () => {
    while (next < records.length) {
      signal.throwIfAborted();
      const client = next++;
      if (client % 250 === 0) say(`connecting ${records.length} clients: ${client}`);
      const timeout = sleep(OPEN_TIMEOUT_MS, undefined, { ref: false }).then(() => {
        throw new Error(`Client ${client} could not connect`);
      });
      clients[client] = await Promise.race([system.open(client, records[client] as ClientRecord), timeout]);
    }
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, one));
  return clients;
}

async function act(
  clients: readonly ChatSystemClient[],
  { steps, seconds, rooms }: Plan,
  { say, signal }: PlayOptions,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  const startedAt = Date.now();
  let nextProgressMs = PROGRESS_MS;
  for (const step of steps) {
    const waitMs = startedAt + step.atMs - Date.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    if (step.atMs >= nextProgressMs) {
      say(`${nextProgressMs / 1_000} s of ${seconds}, ${sent.length} sent`);
      nextProgressMs += PROGRESS_MS;
    }
    const client = clients[step.client] as ChatSystemClient;
    if (step.does === 'cut') client.cut(step.awayMs);
    else {
      sent.push({ room: roomOf(step.client, rooms), text: step.text, at: Date.now() });
      client.send(step.text);
    }
  }
  return sent;
}

async function settle(sent: readonly Sent[], records: readonly ClientRecord[], signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + SETTLE_MAX_MS;
  const isDone = () => count(sent, records).lost === 0 && records.every(({ absences }) => absences.at(-1)?.to !== null);
  while (!isDone() && Date.now() < deadline) await sleep(250, undefined, { signal });
  await sleep(SETTLE_MS, undefined, { signal });
}

const difference = (after: Usage, before: Usage): Usage => ({
  serverCpuSeconds: after.serverCpuSeconds - before.serverCpuSeconds,
  databaseCpuSeconds: after.databaseCpuSeconds - before.databaseCpuSeconds,
  serverPeakRssMb: after.serverPeakRssMb,
});
