import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.js';
import { type Redis, startRedis } from './redis.js';
import { redisCommand } from './redis-command.js';

export interface RedisCluster {
  /** Of all masters. */
  readonly urls: readonly string[];
  readonly masters: readonly Redis[];
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** Starts a Redis Cluster of masters, 3 by default, that have all slots between them. Resolves when each answers for it. */
export async function startRedisCluster(size = 3): Promise<RedisCluster> {
  const buses = await Promise.all(Array.from({ length: size }, freePort));
  const started = await Promise.allSettled(buses.map((clusterPort) => startRedis({ clusterPort })));
  const masters = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => void (await Promise.all(masters.map((master) => master.stop())));
  try {
    const failed = started.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    await join(masters, buses);
  } catch (error) {
    await stop();
    throw error;
  }
  const flush = async () => void (await Promise.all(masters.map((master) => master.flush())));
  return { urls: masters.map((master) => master.url), masters, flush, stop };
}

async function join(masters: readonly Redis[], buses: readonly number[]): Promise<void> {
  const [first, ...others] = masters;
  const start = (index: number) => Math.ceil((index * SLOTS) / masters.length);
  for (const [index, { port }] of masters.entries()) {
    await redisCommand({ port }, 'CLUSTER', 'ADDSLOTSRANGE', String(start(index)), String(start(index + 1) - 1));
    // The same epoch twice is sorted out by the masters, but only after a while.
    await redisCommand({ port }, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  }
  for (const [index, { port }] of others.entries()) {
    await redisCommand(
      { port: first?.port ?? 0 },
      'CLUSTER',
      'MEET',
      '127.0.0.1',
      String(port),
      String(buses[index + 1]),
    );
  }
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (const { port } of masters) {
    for (;;) {
      const info = await redisCommand({ port }, 'CLUSTER', 'INFO');
      if (info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`)) break;
      if (Date.now() > deadline) throw new Error(`the Redis Cluster did not come together:\n${info}`);
      await sleep(POLL_MS);
    }
  }
}
