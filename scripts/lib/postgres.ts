import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './ports.js';
import { findPostgres } from './postgres-binaries.js';

export interface Postgres {
  /** Superuser, database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Of the postmaster; another one after `up`. */
  readonly pid: number;
  /** Fast shutdown: open connections are cut (57P01). Data and port stay. */
  down(): Promise<void>;
  /** Starts again after `down`, or after the postmaster was killed. */
  up(): Promise<void>;
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Default false: faster, and data does not outlive a crash of the machine. */
  readonly fsync?: boolean;
  /** More server settings, as `name=value`. */
  readonly settings?: readonly string[];
}

const READY_TIMEOUT_MS = 60_000;

/**
 * Outlives nobody: when our end of its stdin closes, however we died, it kills the server and removes the data. `stop`
 * continues a server that a test has frozen (SIGSTOP).
 */
const KEEPER = `
dir=$1; shift
while read -r command; do
  case $command in
    start) "$@" >&2 & pid=$!; echo "$pid" ;;
    stop) kill -INT $pid; kill -CONT $pid; wait $pid; echo stopped ;;
  esac
done
kill -QUIT $pid; kill -CONT $pid; wait $pid; rm -rf "$dir"`;

/**
 * Starts a PostgreSQL of our own on a free port of 127.0.0.1 (never 5432), with its data in a temporary directory. It is
 * gone with `stop`, or with this process. Throws what is missing when the machine has no PostgreSQL and none can be had.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const bin = await findPostgres();
  const user = unprivilegedUser();
  const dir = mkdtempSync(join(tmpdir(), 'dream-studio-postgres-'));
  if (user) chownSync(dir, user.uid, user.gid);
  chmodSync(dir, 0o700);
  const asUser = { ...user, cwd: dir, env: { ...process.env, LC_ALL: 'C', HOME: dir } };
  const data = join(dir, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  try {
    execFileSync(join(bin, 'initdb'), initdb, { ...asUser, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }

  const port = await freePort();
  const fast = options.fsync ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', ...fast];
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    ...[...settings, ...(options.settings ?? [])].flatMap((s) => ['-c', s]),
  ];
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', dir, join(bin, 'postgres'), ...args], {
    ...asUser,
    detached: true,
  });
  keeper.stdin.on('error', () => {}); // A keeper that is gone has nothing to keep.
  const closed = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  const answers = createInterface(keeper.stdout)[Symbol.asyncIterator]();
  const command = async (name: 'start' | 'stop') => {
    keeper.stdin.write(`${name}\n`);
    return String((await answers.next()).value);
  };
  let pid = 0;
  const postgres: Postgres = {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    port,
    get pid() {
      return pid;
    },
    async down() {
      await command('stop');
    },
    async up() {
      const ready = untilReady(keeper);
      pid = Number(await command('start'));
      await ready;
    },
    async stop() {
      keeper.stdin.end();
      await closed;
    },
  };
  try {
    await postgres.up();
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {}
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as');
}

function untilReady(keeper: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const end = (error?: Error) => {
      clearTimeout(timer);
      keeper.stderr?.off('data', read).resume();
      keeper.off('error', end);
      if (error) reject(error);
      else resolve();
    };
    const read = (chunk: Buffer) => {
      log += chunk;
      if (log.includes('ready to accept connections')) end();
      else if (/FATAL:(?!.*(starting up|not yet accepting))/.test(log))
        end(new Error(`PostgreSQL did not start:\n${log}`));
    };
    const timer = setTimeout(() => end(new Error(`PostgreSQL was not ready in time:\n${log}`)), READY_TIMEOUT_MS);
    keeper.stderr?.on('data', read);
    keeper.once('error', end);
  });
}
