import { PassThrough } from 'node:stream';
import { createTokenMint } from '../../../apps/server/src/infra/tokens.js';
import { httpRequest, TEST_ORIGIN, TEST_SECRET } from '../../../apps/server/src/test/app.js';
import { startNode } from '../../../apps/server/src/test/cluster.js';
import { createPostgresDatabase } from '../../../apps/server/src/test/database.js';
import { startTcpProxy, type TcpProxy } from '../../../apps/server/src/test/tcp-proxy.js';
import { freePort } from '../../../scripts/lib/ports.js';
import { type Redis, startRedis } from '../../../scripts/lib/redis.js';
import type { Callable } from '../../parity/callers.js';

/** A server behind a load balancer, seen from both sides. `url` and `http` go past the balancer, to the server itself. */
export interface Node extends Callable {
  /** Where the load balancer finds it. */
  port: number;
  /** WebSockets it has taken so far. */
  upgrades(): number;
  /** Its way to the database. */
  database: TcpProxy;
  /** What it has logged so far, parsed. */
  logs: Record<string, unknown>[];
  kill(): Promise<void>;
}

export interface Nodes extends AsyncDisposable {
  nodes: [Node, Node];
  redis: Redis;
  databaseUrl: string;
  close(): Promise<void>;
}

const mint = createTokenMint({ secret: TEST_SECRET });

/** Two servers on one database and one Redis. */
export async function startNodes(env: NodeJS.ProcessEnv = {}): Promise<Nodes> {
  const [database, redis] = await Promise.all([createPostgresDatabase(), startRedis()]);
  const closers: (() => Promise<unknown>)[] = [redis.stop, database.remove];
  const close = async () => {
    for (const one of [...closers].reverse()) await one();
  };
  const add = async () => {
    const way = await startTcpProxy(Number(new URL(database.url).port));
    closers.push(async () => way[Symbol.asyncDispose]());
    const url = new URL(database.url);
    url.port = String(way.port);
    const port = await freePort();
    const own = { DATABASE_URL: url.href, REDIS_URL: redis.url, SOCKET_IO_PORT: String(port) };
    const logs: Node['logs'] = [];
    const node = startNode({ ...DEFAULTS, ...own, ...env }, {}, (line) => void logs.push(line));
    closers.push(node.stop);
    await node.listening;
    let upgrades = 0;
    const count = () =>
      new PassThrough().on('data', (chunk) => {
        if (String(chunk).startsWith('HTTP/1.1 101')) upgrades++;
      });
    const front = await startTcpProxy(port, { toClient: count });
    closers.push(async () => front[Symbol.asyncDispose]());
    const direct = `http://127.0.0.1:${port}`;
    const http: Node['http'] = (method, path, request) => httpRequest(direct + path, method, request);
    const sides = { port: front.port, upgrades: () => upgrades, database: way };
    return { ...sides, url: direct, http, mint, logs, kill: node.stop };
  };
  try {
    const nodes = await Promise.all([add(), add()]);
    return { nodes, redis, databaseUrl: database.url, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

const DEFAULTS = {
  AUTH_JWT_SECRET: TEST_SECRET,
  SOCKET_IO_CORS_ORIGIN: TEST_ORIGIN,
  RATE_LIMIT_FACTOR: '10000',
  LOG_LEVEL: 'silent',
};
