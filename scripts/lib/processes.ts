import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onLauncherGone } from './launcher.js';
import { SetupError } from './settings.js';

const DRAIN_TIMEOUT_MS = 15_000;
const STATELESS_DRAIN_TIMEOUT_MS = 2_000;
const READY_TIMEOUT_MS = 120_000;
const FOLLOW_PARENT = new URL('./follow-parent.mjs', import.meta.url).href;

export interface Program {
  readonly name: string;
  /** Node's arguments: the program, preceded by flags and followed by its own arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its end is not the end of all. */
  readonly mayEnd?: boolean;
  /** Killing it loses nothing: done after 2 s, as Next waits for connections that a browser only keeps open. */
  readonly stateless?: boolean;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets standard output line by line; without it, output goes to the terminal. */
  readonly onLine?: (line: string) => void;
}

/**
 * The processes of one `pnpm start`, `dev` or `test`. They stay in the caller's process group, and live as long as this
 * process: a signal to it (or any one's end) drains all, and when it is killed they notice and go.
 */
export class Processes {
  /** With the time each is given to end. */
  readonly #children = new Map<ChildProcess, number>();
  readonly #ready = new WeakSet<ChildProcess>();
  readonly #stopping = new AbortController();
  #exitCode = 0;

  constructor() {
    // Again and again: the terminal and a package manager may each send one.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.stop());
    onLauncherGone(() => this.stop());
  }

  /** Aborted as soon as everything is to end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** A Node program that is to live until `stop`. */
  start({ name, args, cwd, env, mayEnd = false, stateless = false }: Program): ChildProcess {
    const child = spawn(process.execPath, ['--import', FOLLOW_PARENT, ...args], {
      cwd,
      env: { ...env, FOLLOW_PARENT: '1' },
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    this.#add(child, stateless ? STATELESS_DRAIN_TIMEOUT_MS : DRAIN_TIMEOUT_MS);
    child.once('exit', (code, signal) => {
      if (this.stopping.aborted) {
        if (!stateless && !isCleanEnd(code, signal)) this.#exitCode = 1;
      } else if (!mayEnd) {
        // One that ends before it is ready has said why.
        if (signal || this.#ready.has(child))
          console.error(`The ${name} ended unexpectedly (${signal ?? `exit code ${code}`}).`);
        this.stop(1);
      }
    });
    return child;
  }

  /** Resolves when the address answers. Rejects when it does not in time, or when everything is to end. */
  async untilReady(child: ChildProcess, name: string, url: string): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!(await this.#answers(url))) {
      if (Date.now() > deadline)
        throw new SetupError(`The ${name} did not answer at ${url} within ${READY_TIMEOUT_MS / 1000} s.`);
      await sleep(100, undefined, { signal: this.stopping });
    }
    this.#ready.add(child);
  }

  async #answers(url: string): Promise<boolean> {
    try {
      const response = await fetch(url, { signal: AbortSignal.any([this.stopping, AbortSignal.timeout(10_000)]) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  /** Runs a command to its end, and returns its exit code. */
  async run({ command, args, cwd, env, onLine }: Command): Promise<number> {
    this.stopping.throwIfAborted();
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'],
    });
    this.#add(child, DRAIN_TIMEOUT_MS);
    if (child.stdout && onLine) createInterface(child.stdout).on('line', onLine);
    const [code] = await once(child, 'close');
    this.stopping.throwIfAborted();
    return code ?? 1;
  }

  /** Drains everything; what still runs after 15 s is killed. `ended` gives this exit code, or 1 when that was needed. */
  stop(exitCode = 0): void {
    if (this.stopping.aborted) return;
    this.#exitCode ||= exitCode;
    this.#stopping.abort();
    for (const [child, timeoutMs] of this.#children) endWithin(child, timeoutMs);
  }

  /** Ends one program and waits until it is gone. */
  async end(child: ChildProcess): Promise<void> {
    const timeoutMs = this.#children.get(child);
    if (timeoutMs === undefined) return;
    endWithin(child, timeoutMs);
    await once(child, 'exit');
  }

  /** Waits until `stop` has ended everything; returns the exit code. */
  async ended(): Promise<number> {
    if (!this.stopping.aborted) await once(this.stopping, 'abort');
    await Promise.all([...this.#children.keys()].map((child) => once(child, 'exit')));
    return this.#exitCode;
  }

  #add(child: ChildProcess, drainTimeoutMs: number): void {
    this.#children.set(child, drainTimeoutMs);
    child.once('exit', () => this.#children.delete(child));
    child.once('error', () => this.#children.delete(child)); // It did not come to be.
  }
}

function endWithin(child: ChildProcess, timeoutMs: number): void {
  // Followers (see follow-parent.mjs) know whether Ctrl-C has reached them already. It may be gone at this moment.
  if (child.connected) child.send('drain', () => {});
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  child.once('exit', () => clearTimeout(timer));
}

/** After it was asked to end: by itself, or by the signal, as a shell reports it. */
function isCleanEnd(code: number | null, signal: NodeJS.Signals | null): boolean {
  const { SIGINT, SIGTERM } = constants.signals;
  return signal ? signal === 'SIGINT' || signal === 'SIGTERM' : [0, 128 + SIGINT, 128 + SIGTERM].includes(code ?? 1);
}
