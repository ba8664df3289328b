import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TEST_SECRET } from '../../../apps/server/src/test/app.js';
import type { FailPoints } from './fail-points.js';
import type { History } from './history.js';

const root = join(import.meta.dirname, '../../..');
const MAIN = 'apps/server/src/main.ts';
const WITH_FAIL_POINTS = 'tests/faults/lib/server-main.ts';
const FOLLOW_PARENT = join(root, 'scripts/lib/follow-parent.mjs');
const CLOCK_AHEAD = join(import.meta.dirname, 'clock-ahead.ts');
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
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Lets it drain. */
  stop(): Promise<void>;
  /** Resolves when it has killed itself, as a fail point tells it to. */
  killedItself(): Promise<void>;
  memoryMb(): number;
}

export interface ServerOptions {
  history: History;
  env: NodeJS.ProcessEnv;
  port: number;
}

export function createServerProcess({ history, env, port }: ServerOptions): ServerProcess {
  const problems: string[] = [];
  let child: ChildProcess | undefined;
  let mayEnd = true;
  let ended: Promise<unknown> = Promise.resolve();

  const complain = (problem: string) => {
    problems.push(`C4 ${problem}`);
    history.note({ kind: 'log', level: ERROR, text: problem });
  };
  const hear = (text: string) => {
    const { level, ...rest } = text.startsWith('{') ? JSON.parse(text) : { level: 0, text };
    if (level >= ERROR) complain(`the server logged ${text}`);
    else history.note({ kind: 'log', level, text: JSON.stringify(rest) });
  };

  const start = async (failPoints?: FailPoints) => {
    const main = failPoints ? [CLOCK_AHEAD, WITH_FAIL_POINTS] : [MAIN];
    const imports = ['tsx', FOLLOW_PARENT, ...main.slice(0, -1)].flatMap((file) => ['--import', file]);
    const started = spawn(process.execPath, [...imports, '--conditions=source', main.at(-1) as string], {
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
      if (errors) complain(`the server said ${errors}`);
      if (!mayEnd) complain(`the server ended by itself (${signal ?? code})`);
      return errors;
    });
    const listening = new Promise<void>((resolve) => {
      createInterface(started.stdout as NodeJS.ReadableStream).on('line', (line) => {
        hear(line);
        if (line.includes('"msg":"listening"')) resolve();
      });
    });
    const failed = ended.then((said) => Promise.reject(new Error(`the server ended: ${said}`)));
    failed.catch(() => {});
    await Promise.race([listening, failed]);
  };

  const end = async (signal: NodeJS.Signals) => {
    mayEnd = true;
    child?.kill(signal);
    await ended;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    problems,
    start,
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
