import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../../scripts/lib/ports.js';
import { startHaproxy } from '../../../../scripts/lib/proxies.js';
import { startRedis } from '../../../../scripts/lib/redis.js';
import type { ComposeOptions } from '../compose.js';
import type { Env } from '../env.js';

const root = join(import.meta.dirname, '../../../..');
const FOLLOW_PARENT = join(root, 'scripts/lib/follow-parent.mjs');
const DAY_MS = 24 * 60 * 60_000;

/** How many nodes are to stand behind `startTestApp`; 0: none, it is this process. The vitest project says so. */
export const clusterNodes = Number(process.env.TEST_CLUSTER_NODES ?? 0);

/** Servers that are processes, tied together by a Redis of their own, behind HAProxy. */
export interface Cluster {
  /** HAProxy's. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ClusterOptions {
  databaseUrl: string;
  env: Env;
  compose: ComposeOptions;
  /** Gets what each node logs, parsed. */
  onLog(line: Record<string, unknown>): void;
}

/** Resolves when HAProxy finds a node ready. Everything ends with this process in any case. */
export async function startCluster({ databaseUrl, env, compose, onLog }: ClusterOptions): Promise<Cluster> {
  if (compose.beforePublish) throw new Error('a function does not reach the processes of a cluster');
  const redis = await startRedis();
  const ports = await Promise.all(Array.from({ length: clusterNodes }, freePort));
  const closers: (() => Promise<unknown>)[] = [redis.stop];
  const close = async () => {
    for (const one of [...closers].reverse()) await one();
  };
  try {
    const nodes = ports.map((port) =>
      startNode(
        { ...toProcessEnv(env), DATABASE_URL: databaseUrl, REDIS_URL: redis.url, SOCKET_IO_PORT: String(port) },
        compose,
        onLog,
      ),
    );
    closers.push(() => Promise.all(nodes.map(({ stop }) => stop())));
    await Promise.all(nodes.map(({ listening }) => listening));
    const proxy = await startHaproxy(ports);
    closers.push(proxy.stop);
    return { url: proxy.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A node as a process, from the file that cluster-setup.ts has made. It ends with this one. */
export function startNode(env: NodeJS.ProcessEnv, compose: ComposeOptions, onLog: ClusterOptions['onLog']) {
  const node = spawn(process.execPath, ['--import', FOLLOW_PARENT, process.env.TEST_NODE_PROGRAM ?? ''], {
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      FOLLOW_PARENT: '1',
      COMPOSE_OPTIONS: JSON.stringify(compose),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  createInterface(node.stdout as NodeJS.ReadableStream).on('line', (line) => {
    if (line.startsWith('{')) onLog(JSON.parse(line));
    else console.log(line);
  });
  const closed = once(node, 'close');
  const listening = new Promise<void>((resolve, reject) => {
    node.once('message', () => resolve());
    node.once('error', reject);
    node.once('exit', (code, signal) => reject(new Error(`a node ended (${signal ?? code})`)));
  });
  listening.catch(() => {});
  return {
    /** Resolves when it takes connections; rejects when it ends instead. */
    listening,
    /** kill -9. */
    stop: () => end(node, closed),
  };
}

async function end(node: ChildProcess, closed: Promise<unknown>): Promise<void> {
  node.kill('SIGKILL');
  await closed;
}

/** The environment that `readEnv` reads this from. */
function toProcessEnv(env: Env): NodeJS.ProcessEnv {
  const { secret, jwksUrl, issuer, audience } = env.auth;
  return {
    ...(env.production && { NODE_ENV: 'production' }),
    SOCKET_IO_CORS_ORIGIN: env.origins.join(','),
    ...(secret !== undefined && { AUTH_JWT_SECRET: secret }),
    ...(jwksUrl !== undefined && { AUTH_JWKS_URL: jwksUrl }),
    ...(issuer !== undefined && { AUTH_JWT_ISSUER: issuer }),
    ...(audience !== undefined && { AUTH_JWT_AUDIENCE: audience }),
    RATE_LIMIT_FACTOR: String(env.rateLimitFactor),
    // HAProxy is one of them for the nodes; what is beyond it is for the test to say.
    TRUSTED_PROXIES: env.trustedProxies.join(','),
    ROOM_LOG_MAX_AGE_DAYS: String(env.roomLog.maxAgeMs / DAY_MS),
    ROOM_LOG_MAX_ENTRIES: String(env.roomLog.maxEntries),
    LOG_LEVEL: env.logLevel,
  };
}
