import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../..');

export interface Run extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves once standard output holds the text; rejects, with all output, when the process ends before. */
  printed(text: string): Promise<void>;
  /** The exit code, when the process has ended and its output is read. */
  readonly ended: Promise<number | null>;
  /** Sends a signal to the whole process group. */
  signal(signal: NodeJS.Signals): void;
}

/** Runs Node in a process group of its own, with nothing of this process's environment but what is needed to run. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv): Run {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid as number), name);
    } catch {} // The group is gone.
  };
  return {
    child,
    output,
    ended,
    signal,
    async printed(text) {
      while (!output.stdout.includes(text)) {
        const news = once(child.stdout, 'data');
        if ((await Promise.race([news, ended.then(() => 'ended')])) === 'ended') {
          throw new Error(`ended before it printed "${text}":\n${output.stdout}${output.stderr}`);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      signal('SIGKILL');
      await ended;
    },
  };
}

/** Runs what a document tells people to type. Package managers take what they have in their caches. */
export async function shell(command: string, cwd: string): Promise<void> {
  const { PATH, HOME, TMPDIR } = process.env;
  const npm = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
  const env = { PATH, HOME, TMPDIR, ...npm, NEXT_TELEMETRY_DISABLED: '1' };
  await promisify(execFile)('sh', ['-c', command], { cwd, env, maxBuffer: 64 * 1024 * 1024 }).catch((error) => {
    throw new Error(`${command}\n${error.stdout}${error.stderr}`);
  });
}

export interface System extends AsyncDisposable {
  readonly run: Run;
  readonly serverUrl: string;
  readonly webUrl: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What `pnpm start` runs, ready, on free ports. Its data is in `dataDir`. It runs what `pnpm test` has built, unless told to
 * build: that writes files which other tests may be running.
 */
export async function startSystem(
  dataDir: string,
  more: NodeJS.ProcessEnv = {},
  { build = false } = {},
): Promise<System> {
  const env = {
    SOCKET_IO_PORT: String(await freePort()),
    WEB_PORT: String(await freePort()),
    DATA_DIR: dataDir,
    ...more,
  };
  const run = runNode(['--import', 'tsx', 'scripts/start.ts', ...(build ? [] : ['--no-build'])], env);
  await run.printed('is ready');
  return {
    run,
    env,
    serverUrl: `http://localhost:${env.SOCKET_IO_PORT}`,
    webUrl: `http://localhost:${env.WEB_PORT}`,
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
  };
}

/** The built web app alone, on a free port or the one given, once it answers; with `mayEnd`, at once. */
export async function runWeb(
  env: NodeJS.ProcessEnv,
  options: { mayEnd?: boolean; port?: number } = {},
): Promise<Run & { readonly url: string }> {
  const port = String(options.port ?? (await freePort()));
  const url = `http://localhost:${port}`;
  const run = runNode(['apps/web/node_modules/next/dist/bin/next', 'start', 'apps/web', '-p', port], env);
  if (!options.mayEnd) await run.printed('Ready');
  return { ...run, url };
}

export const serverMain = 'apps/server/dist/main.js';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

/** Whether anything answers at the address. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** A new directory, removed with the scope. */
export function temporaryDir(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'dream-studio-e2e-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
