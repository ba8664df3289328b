import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, rssMb } from '../lib/process-usage.js';
import { type Client, openClient } from './client.js';
import type { ConnectionsPlan, ConnectionsResult, ConnectionsStep, CpuSeconds } from './plan.js';

/** Connections of the server to its database come and go. */
const OTHER_FILES = 10;
/** For the message, and for the server to let go of what is closed. */
const SETTLE_MAX_MS = 15_000;

/** Connects many at once, lets them idle, sends one message to the last of their rooms, and closes all. */
export async function runConnections(plan: ConnectionsPlan): Promise<ConnectionsResult> {
  const { serverPids } = plan;
  const members = plan.rooms.flatMap((room, index) => room.members.map((member) => ({ room, index, member })));
  const filesBefore = openFiles(serverPids);
  const clients: Client[] = [];
  const ended: Error[] = [];
  let delivered = 0;

  const open = async ({ room, index, member }: (typeof members)[number]) => {
    try {
      const client = await openClient({
        ...plan,
        ...member,
        room: { id: room.id, index },
        onDelivery: () => (delivered += 1),
        onAck() {},
        onRefusal() {},
        onEnd: (reason) => ended.push(reason),
      });
      clients.push(client);
      return client;
    } catch (error) {
      ended.push(error as Error);
      return undefined;
    }
  };

  const steps: ConnectionsStep[] = [];
  let last: (Client | undefined)[] = [];
  let from = 0;
  for (const to of plan.steps) {
    const before = usage(plan);
    const startedAt = performance.now();
    last = await Promise.all(members.slice(from, to).map(open));
    const seconds = (performance.now() - startedAt) / 1_000;
    const used = since(before, usage(plan));
    await sleep(plan.idleMs);
    steps.push({
      sockets: clients.length,
      connected: to - from,
      seconds,
      ...used,
      rssKb: sum(serverPids.map(rssMb)) * 1024,
    });
    from = to;
  }

  last.at(-1)?.send(0);
  const audience = members.slice(0, from).filter(({ index }) => index === members[from - 1]?.index).length;
  await until(() => delivered >= audience);
  const dropped = ended.length;
  const before = usage(plan);
  for (const client of clients) client.close();
  await until(() => openFiles(serverPids) <= filesBefore + OTHER_FILES);
  await sleep(plan.leaveMs ?? 0);
  return {
    steps,
    dropped,
    reason: ended[0]?.message,
    audience,
    delivered,
    leftOpen: Math.max(0, openFiles(serverPids) - filesBefore - OTHER_FILES),
    leaving: since(before, usage(plan)),
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + SETTLE_MAX_MS;
  while (!isSo() && performance.now() < deadline) await sleep(50);
}

function usage({ serverPids, databasePid, redisPid }: ConnectionsPlan): CpuSeconds {
  const of = (pid: number | undefined) => (pid === undefined ? 0 : cpuSeconds(pid));
  return {
    serverCpuSeconds: sum(serverPids.map(cpuSeconds)),
    databaseCpuSeconds: of(databasePid),
    redisCpuSeconds: of(redisPid),
  };
}

const since = (before: CpuSeconds, after: CpuSeconds): CpuSeconds => ({
  serverCpuSeconds: after.serverCpuSeconds - before.serverCpuSeconds,
  databaseCpuSeconds: after.databaseCpuSeconds - before.databaseCpuSeconds,
  redisCpuSeconds: after.redisCpuSeconds - before.redisCpuSeconds,
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const openFiles = (pids: readonly number[]): number => sum(pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length));
