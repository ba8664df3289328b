import { freePort } from '../../../scripts/lib/ports.js';
import { startRedis } from '../../../scripts/lib/redis.js';
import { type Front, startFront } from './front.js';
import type { History } from './history.js';
import { createServerProcess, type ServerProcess } from './server.js';
import type { Store } from './store.js';

/** Server processes on one database and one Redis, and a front that leads to those that are ready. */
export interface Nodes extends AsyncDisposable {
  readonly servers: readonly ServerProcess[];
  readonly front: Front;
  /** What the servers should not have done. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

export interface NodesOptions {
  count: number;
  store: Store;
  history: History;
}

export async function startNodes({ count, store, history }: NodesOptions): Promise<Nodes> {
  const redis = await startRedis();
  const env = { ...store.env, REDIS_URL: redis.url };
  const servers: ServerProcess[] = [];
  for (let n = 0; n < count; n += 1) servers.push(createServerProcess({ history, env, port: await freePort() }));
  const end = async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    await redis.stop();
  };
  try {
    // One after the other: the first makes the tables.
    for (const server of servers) await server.start();
    const front = await startFront(servers.map(({ port }) => port));
    return {
      servers,
      front,
      problems: () => servers.flatMap(({ problems }) => problems),
      stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
      async [Symbol.asyncDispose]() {
        await front[Symbol.asyncDispose]();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
