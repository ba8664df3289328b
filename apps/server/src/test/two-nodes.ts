import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisSettings } from '../infra/redis/connection.js';
import { PATIENCE_MS, startTestApp, type TestApp, type TestAppOptions } from './app.js';
import { openTestDatabase } from './database.js';
import { type RedisKind, startTestRedis, type TestRedis } from './redis.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

export interface TwoNodes extends AsyncDisposable {
  /** Users' ids are of one sequence: clients of both are different users, unless told otherwise. */
  a: TestApp;
  b: TestApp;
  redis: TestRedis;
  /** What node b has of Redis. */
  link: TcpProxy;
  close(): Promise<void>;
}

/** Two real servers in this process, on one PostgreSQL and one Redis of their own, that hear each other. */
export async function startTwoNodes(
  options: Omit<TestAppOptions, 'database'> & { redis?: RedisKind } = {},
): Promise<TwoNodes> {
  const [database, redis] = await Promise.all([openTestDatabase('postgres'), startTestRedis(options.redis)]);
  const [url = ''] = redis.settings.urls;
  const link = await startTcpProxy(Number(new URL(url).port));
  const linked = { ...redis.settings, urls: [Object.assign(new URL(url), { port: link.port }).href] };
  const start = (settings: RedisSettings) =>
    startTestApp({ ...options, database, env: { ...options.env, redis: settings } });
  const [a, b] = [await start(redis.settings), await start(linked)];
  const close = async () => {
    await Promise.all([a.close(), b.close()]);
    await link[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
    await database.close();
  };
  await Promise.all([a, b].map((app) => whenReady(app, 'ready')));
  return { a, b, redis, link, close, [Symbol.asyncDispose]: close };
}

/** Resolves, with the milliseconds it took, when the node says that it hears the others, or that it does not. */
export async function whenReady(app: Pick<TestApp, 'http'>, status: 'ready' | 'degraded'): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { body } = await app.http('GET', '/readyz');
    if ((body as { status: string }).status === status) return performance.now() - startedAt;
    if (performance.now() - startedAt > PATIENCE_MS) throw new Error(`the server is not ${status}`);
    await sleep(10);
  }
}
