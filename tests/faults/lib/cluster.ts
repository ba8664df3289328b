import { startTcpProxy, type TcpProxy } from '../../../apps/server/src/test/tcp-proxy.js';
import { freePort } from '../../../scripts/lib/ports.js';
import { type Redis, startRedis } from '../../../scripts/lib/redis.js';
import type { FailPoints } from './fail-points.js';
import type { History } from './history.js';
import { createServerProcess, type ServerProcess } from './server.js';

export interface ClusterOptions {
  history: History;
  env: NodeJS.ProcessEnv;
  /** How many servers; more than one are tied together by a Redis of their own. */
  nodes: number;
}

/** The servers of a run, and what ties them together. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly ServerProcess[];
  /** null for a server alone. */
  readonly redis: Redis | null;
  /** The way of each node to Redis. */
  readonly links: readonly TcpProxy[];
  /** Leads each connection to one of the nodes that are up, in turn. */
  readonly front: TcpProxy & { url: string };
  /** Resolves when all listen, and hear each other. */
  start(failPoints?: FailPoints): Promise<void>;
}

/** Prepares servers that share the database of `env`. All ends with the cluster. */
export async function createCluster({ history, env, nodes: count }: ClusterOptions): Promise<Cluster> {
  const redis = count > 1 ? await startRedis() : null;
  const links = redis ? await Promise.all(Array.from({ length: count }, () => startTcpProxy(redis.port))) : [];
  const nodes: ServerProcess[] = [];
  for (let n = 0; n < count; n += 1) {
    const link = links[n] ? { REDIS_URL: `redis://127.0.0.1:${links[n]?.port}` } : {};
    const name = count > 1 ? `server ${n + 1}` : 'the server';
    nodes.push(createServerProcess({ name, history, env: { ...env, ...link }, port: await freePort() }));
  }
  let turn = 0;
  const front = await startTcpProxy(() => {
    const up = nodes.filter((node) => node.isUp());
    turn += 1;
    return (up[turn % up.length] ?? (nodes[0] as ServerProcess)).port;
  });

  return {
    nodes,
    redis,
    links,
    front: { ...front, url: `http://127.0.0.1:${front.port}` },
    async start(failPoints) {
      await Promise.all(nodes.map((node, n) => node.start(n === 0 ? failPoints : ofAll(failPoints))));
      if (redis) await Promise.all(nodes.map((node) => node.untilReady()));
    },
    async [Symbol.asyncDispose]() {
      for (const one of [front, ...nodes, ...links]) await one[Symbol.asyncDispose]();
      await redis?.stop();
    },
  };
}

/** What happens once happens on the first node. */
function ofAll(failPoints: FailPoints | undefined): FailPoints | undefined {
  if (!failPoints) return undefined;
  const { killAtPublish: _, loseAtPublish: __, loseOnBus: ___, ...rest } = failPoints;
  return rest;
}
