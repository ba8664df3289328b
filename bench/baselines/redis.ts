import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis as Client } from 'ioredis';
import { freePort } from '../../tests/e2e/lib/system.js';

export interface Redis {
  readonly url: string;
  readonly pid: number;
  /** By its own count. */
  usage(): Promise<RedisUsage>;
  stop(): Promise<void>;
}

export interface RedisUsage {
  /** In steps of a microsecond. */
  readonly cpuSeconds: number;
  /** In use, its own buffers included. */
  readonly memoryBytes: number;
  /** From and to its clients, since it was started. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Ends the server when our end of its stdin closes, however we died. */
const KEEPER = 'redis-server "$@" >/dev/null & pid=$!; echo $pid; read -r line; kill -INT $pid; wait $pid';
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
  const usage = async () => {
    const info = (await Promise.all(['cpu', 'memory', 'stats'].map((section) => client.info(section)))).join('\n');
    const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
    return {
      cpuSeconds: field('used_cpu_user') + field('used_cpu_sys'),
      memoryBytes: field('used_memory'),
      bytesIn: field('total_net_input_bytes'),
      bytesOut: field('total_net_output_bytes'),
    };
  };
  return { url: `redis://127.0.0.1:${port}`, pid, usage, stop };
}
