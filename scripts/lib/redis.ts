import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './ports.js';
import { findOrInstall, redisServer } from './programs.js';
import { redisCommand } from './redis-command.js';
import { makeCertificate, type RedisTls } from './redis-tls.js';

export interface Redis {
  /** `redis://127.0.0.1:port`, or `rediss://` with TLS. */
  readonly url: string;
  readonly port: number;
  /** Of the server; another one after `restart`, and of a killed one until then. */
  readonly pid: number;
  /** With TLS: who may be trusted. A client of Node takes the file by NODE_EXTRA_CA_CERTS. */
  readonly tls?: RedisTls;
  /** kill -9. All that it held is gone. */
  kill(): Promise<void>;
  /** Freezes it (SIGSTOP): connections stay, nothing is answered. */
  pause(): void;
  /** Goes on after `pause`. */
  resume(): void;
  /** kill -9, unless it is dead, and a new one on the same port, without data. */
  restart(): Promise<void>;
  /** Removes all keys; connections and subscriptions stay. */
  flush(): Promise<void>;
  /** Ends it for good and removes its folder. */
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** TLS only, with a certificate of its own. */
  readonly tls?: boolean;
  /** As a node of a Redis Cluster, without slots: see `startRedisCluster`. */
  readonly clusterPort?: number;
  /** More server settings, as `['maxmemory', '10mb']`. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
}

const READY_TIMEOUT_MS = 20_000;
const READY = 'Ready to accept connections';

/** Outlives nobody: when our end of its stdin closes, however we died, it kills the server and removes its folder. */
const KEEPER = `
dir=$1; shift
while read -r command; do
  case $command in
    start) "$@" 2>&1 & pid=$!; echo "pid $pid" ;;
    kill) kill -KILL $pid; wait $pid; echo killed ;;
  esac
done
kill -KILL $pid; wait $pid; rm -rf "$dir"`;

/**
 * Starts a Redis of our own on a free port of 127.0.0.1 (never 6379), that keeps nothing on disk. It is gone with `stop`, or
 * with this process. Throws what is missing when the machine has no Redis and none can be had.
 */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const program = findOrInstall(redisServer);
  const dir = mkdtempSync(join(tmpdir(), 'dream-studio-redis-'));
  const port = await freePort();
  const tls = options.tls ? makeCertificate(dir) : undefined;
  const settings: (readonly [string, string])[] = [
    ...(tls ? tlsSettings(port, tls) : ([['port', String(port)]] as const)),
    ['bind', '127.0.0.1'],
    ['dir', dir],
    ['save', ''],
    ['appendonly', 'no'],
    ...(options.clusterPort ? clusterSettings(options.clusterPort) : []),
    ...(options.settings ?? []),
  ];
  const keeper = keep(dir, [program, ...settings.flatMap(([name, value]) => [`--${name}`, value])]);

  let pid = 0;
  let isAlive = false;
  const start = async () => {
    pid = await keeper.start();
    isAlive = true;
  };
  const kill = async () => {
    if (!isAlive) return;
    isAlive = false;
    await keeper.kill();
  };
  const redis: Redis = {
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    port,
    ...(tls && { tls }),
    get pid() {
      return pid;
    },
    kill,
    pause: () => void process.kill(pid, 'SIGSTOP'),
    resume: () => void process.kill(pid, 'SIGCONT'),
    async restart() {
      await kill();
      await start();
    },
    async flush() {
      await redisCommand({ port, ...(tls && { tls }) }, 'FLUSHALL', 'SYNC');
    },
    stop: keeper.stop,
  };
  try {
    await start();
    return redis;
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

function tlsSettings(port: number, { ca, certificate, key }: RedisTls): (readonly [string, string])[] {
  return [
    ['port', '0'],
    ['tls-port', String(port)],
    ['tls-cert-file', certificate],
    ['tls-key-file', key],
    ['tls-ca-cert-file', ca],
    ['tls-auth-clients', 'no'],
  ];
}

function clusterSettings(clusterPort: number): (readonly [string, string])[] {
  return [
    ['cluster-enabled', 'yes'],
    ['cluster-port', String(clusterPort)],
    // A master that is alone with its slots goes on answering for them.
    ['cluster-require-full-coverage', 'no'],
    ['cluster-node-timeout', '2000'],
  ];
}

/** The process beside the server that ends it when we are gone. */
function keep(dir: string, command: readonly string[]) {
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', dir, ...command], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  keeper.stdin.on('error', () => {}); // A keeper that is gone has nothing to keep.
  const closed = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  let said: string[] = [];
  let heard = () => {};
  createInterface(keeper.stdout).on('line', (line) => {
    said.push(line);
    heard();
  });
  const until = (fits: (line: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`Redis was not ready in time:\n${said.join('\n')}`));
      const timer = setTimeout(fail, READY_TIMEOUT_MS);
      heard = () => {
        const line = said.find(fits);
        if (
          line === undefined &&
          !said.some((one) => /FATAL|Could not create|Failed listening|Bad directive/.test(one))
        )
          return;
        clearTimeout(timer);
        heard = () => {};
        if (line === undefined) fail();
        else resolve(line);
      };
      heard();
    });
  return {
    /** Resolves with its pid when it takes connections. */
    async start(): Promise<number> {
      said = [];
      keeper.stdin.write('start\n');
      const pid = await until((line) => line.startsWith('pid '));
      await until((line) => line.includes(READY));
      return Number(pid.slice(4));
    },
    async kill(): Promise<void> {
      keeper.stdin.write('kill\n');
      await until((line) => line === 'killed');
    },
    async stop(): Promise<void> {
      keeper.stdin.end();
      await closed;
    },
  };
}
