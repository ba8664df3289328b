import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis as Client } from 'ioredis';
import { freePort } from '../../tests/e2e/lib/system.js';

export interface Redis {
  readonly url: string;
  readonly pid: number;
  /** CPU it has used, by its own count of microseconds. */
  cpuSeconds(): Promise<number>;
  /** Memory it has in use, its own buffers included. */
  memoryBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Ends the server when our end of its stdin closes, however we died. */
const KEEPER = 'redis-server "$@" >&2 & pid=$!; echo $pid; read -r line; kill -KILL $pid; wait $pid';
const CONNECT_ATTEMPTS = 100;

/** A `redis-server` of our own on a free port of 127.0.0.1, which keeps nothing. Gone with `stop`, or with this process. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', loglevel: 'warning' };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', ...args], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const closed = once(keeper, 'close');
  const pid = Number((await createInterface(keeper.stdout)[Symbol.asyncIterator]().next()).value);
  const client = new Client(port, '127.0.0.1', {
    maxRetriesPerRequest: CONNECT_ATTEMPTS,
    retryStrategy: () => 100,
  });
  client.on('error', () => {}); // Until it listens; the command that waits for it rejects at last.
  const info = async (section: string, field: string) =>
    Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(await client.info(section))?.[1]);
  const stop = async () => {
    client.disconnect();
    keeper.stdin.end();
    await closed;
  };
  try {
    await client.ping();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid,
    cpuSeconds: async () => (await info('cpu', 'used_cpu_user')) + (await info('cpu', 'used_cpu_sys')),
    memoryBytes: () => info('memory', 'used_memory'),
    stop,
  };
}
