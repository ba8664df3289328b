import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { TEST_SECRET } from '../../../apps/server/src/test/app.js';
import type { FailPoints } from './fail-points.js';
import type { History } from './history.js';
import { until } from './wait.js';

const root = join(import.meta.dirname, '../../..');
const FOLLOW_PARENT = join(root, 'scripts/lib/follow-parent.mjs');
const MB = 1024 * 1024;
/** pino's. */
const ERROR = 50;

/** The real server as a process, on a port of its own over all its lives. It ends with this process in any case. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What it should not have done: ended by itself, said something on standard error, logged an error. */
  readonly problems: readonly string[];
  /** Resolves when it listens; rejects with what it said when it ends instead. */
  start(failPoints?: FailPoints): Promise<void>;
  /** Whether it listens. */
  isUp(): boolean;
  /** What `/readyz` says: `ready`, `degraded` or `unavailable`. */
  readiness(): Promise<string>;
  /** Waits until it is ready; returns how long that took, in milliseconds. */
  untilReady(): Promise<number>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Lets it drain. */
  stop(): Promise<void>;
  /** Resolves when it has killed itself, as a fail point tells it to. */
  killedItself(): Promise<void>;
  memoryMb(): number;
}

export interface ServerOptions {
  /** For what is noted; `the server` unless there are several. */
  name?: string;
  history: History;
  env: NodeJS.ProcessEnv;
  port: number;
}

export function createServerProcess({ name = 'the server', history, env, port }: ServerOptions): ServerProcess {
  const problems: string[] = [];
  let child: ChildProcess | undefined;
  let mayEnd = true;
  let up = false;
  let ended: Promise<unknown> = Promise.resolve();

  const complain = (problem: string) => {
    problems.push(`C4 ${problem}`);
    history.note({ kind: 'log', level: ERROR, text: problem });
  };
  const hear = (text: string) => {
    const { level, ...rest } = text.startsWith('{') ? JSON.parse(text) : { level: 0, text };
    if (level >= ERROR) complain(`${name} logged ${text}`);
    else history.note({ kind: 'log', level, text: `${name}: ${JSON.stringify(rest)}` });
  };

  const start = async (failPoints?: FailPoints) => {
    const { main, withFailPoints, clockAhead } = inject('serverPrograms');
    const program = failPoints ? ['--import', clockAhead, withFailPoints] : [main];
    const started = spawn(process.execPath, ['--import', FOLLOW_PARENT, ...program], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        TMPDIR: process.env.TMPDIR,
        FOLLOW_PARENT: '1',
        FAIL_POINTS: JSON.stringify(failPoints ?? {}),
        AUTH_JWT_SECRET: TEST_SECRET,
        RATE_LIMIT_FACTOR: '100000',
        SOCKET_IO_PORT: String(port),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    mayEnd = false;
    // One that is killed may leave its pipes with a reset.
    for (const one of [started, started.stdout, started.stderr]) one?.on('error', () => {});
    let errors = '';
    started.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    ended = once(started, 'close').then(([code, signal]) => {
      up = false;
      if (errors) complain(`${name} said ${errors}`);
      if (!mayEnd) complain(`${name} ended by itself (${signal ?? code})`);
      else if (signal === null && code !== 0) complain(`${name} ended with ${code}`);
      return errors;
    });
    const listening = new Promise<void>((resolve) => {
      createInterface(started.stdout as NodeJS.ReadableStream).on('line', (line) => {
        hear(line);
        if (!line.includes('"msg":"listening"')) return;
        up = true;
        resolve();
      });
    });
    const failed = ended.then((said) => Promise.reject(new Error(`${name} ended: ${said}`)));
    failed.catch(() => {});
    await Promise.race([listening, failed]);
  };

  const end = async (signal: NodeJS.Signals) => {
    mayEnd = true;
    up = false;
    child?.kill(signal);
    await ended;
  };

  const url = `http://127.0.0.1:${port}`;
  const readiness = async () => {
    const response = await fetch(`${url}/readyz`);
    if (!response.ok) return 'unavailable';
    return ((await response.json()) as { status: string }).status;
  };

  return {
    url,
    port,
    problems,
    start,
    isUp: () => up,
    readiness,
    untilReady: () => until(`${name} is ready`, async () => (await readiness().catch(() => '')) === 'ready'),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async killedItself() {
      mayEnd = true;
      await ended;
    },
    memoryMb: () => (Number(readFileSync(`/proc/${child?.pid}/statm`, 'utf8').split(' ')[1]) * 4096) / MB,
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
}
