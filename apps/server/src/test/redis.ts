import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { type Redis, startRedis } from '../../../../scripts/lib/redis.js';
import { startRedisCluster } from '../../../../scripts/lib/redis-cluster.js';
import { connectRedis, type RedisConnection, type RedisSettings } from '../infra/redis/connection.js';
import { RedisBus } from '../infra/redis/redis-bus.js';

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Kinds to run suites on: `describe.each(redisKinds)`. */
export const redisKinds = ['alone', 'cluster', 'with TLS'] as const;
export type RedisKind = (typeof redisKinds)[number];

/** Settings for a Redis of its own, and all of its servers. */
export interface TestRedis extends AsyncDisposable {
  settings: RedisSettings;
  servers: readonly Redis[];
  /** Freezes all servers; or lets them go on. */
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
  flush(): Promise<void>;
}

export async function startTestRedis(kind: RedisKind = 'alone'): Promise<TestRedis> {
  const { urls, servers, stop } = await start(kind);
  const all = async (act: (server: Redis) => Promise<void>) => void (await Promise.all(servers.map(act)));
  return {
    settings: { urls: [...urls], isCluster: kind === 'cluster', prefix: 'test:' },
    servers,
    pause: () => {
      for (const server of servers) server.pause();
    },
    resume: () => {
      for (const server of servers) server.resume();
    },
    kill: () => all((server) => server.kill()),
    restart: () => all((server) => server.restart()),
    flush: () => all((server) => server.flush()),
    [Symbol.asyncDispose]: stop,
  };
}

async function start(kind: RedisKind) {
  if (kind === 'cluster') {
    const { urls, masters, stop } = await startRedisCluster();
    return { urls, servers: masters, stop };
  }
  const server = await startRedis({ tls: kind === 'with TLS' });
  const distrust = server.tls ? trust(readFileSync(server.tls.ca, 'utf8')) : () => {};
  const stop = async () => {
    distrust();
    await server.stop();
  };
  return { urls: [server.url], servers: [server], stop };
}

/** As NODE_EXTRA_CA_CERTS does, which is read when a process starts. */
function trust(ca: string): () => void {
  const { connect } = tls;
  tls.connect = ((options: tls.ConnectionOptions, ...rest: []) => connect({ ca, ...options }, ...rest)) as never;
  return () => {
    tls.connect = connect;
  };
}

export interface TestNode extends AsyncDisposable {
  redis: RedisConnection;
  bus: RedisBus;
}

/** A node's connections to Redis and its bus, that hears the others. */
export async function startTestNode(settings: RedisSettings, nodeId: string): Promise<TestNode> {
  const redis = connectRedis(settings, quiet);
  const bus = new RedisBus(redis, nodeId, quiet);
  const node = {
    redis,
    bus,
    async [Symbol.asyncDispose]() {
      bus.close();
      redis.close();
    },
  };
  await whenUp(bus, true);
  return node;
}

/** Resolves, with the milliseconds it took, when the bus hears the others, or does not. */
export async function whenUp(bus: Pick<RedisBus, 'isUp'>, isUp: boolean, patienceMs = 20_000): Promise<number> {
  const startedAt = performance.now();
  while (bus.isUp() !== isUp) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`the bus is ${isUp ? 'down' : 'up'} still`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - startedAt;
}
