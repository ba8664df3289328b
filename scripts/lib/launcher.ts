import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const POLL_MS = 500;
const PACKAGE_MANAGER = /^(npm|npx|pnpm)(-cli)?(\.[cm]?js)?$/;

interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
}

/**
 * Calls back when one of the package managers that started this process is gone. A signal to `npx pnpm start` ends npx
 * alone: it does not pass it on, and pnpm and we would go on for ever. Works where there is a /proc.
 */
export function onLauncherGone(callback: () => void): void {
  const launchers = findLaunchers();
  if (!launchers) return;
  const timer = setInterval(() => {
    if (findLaunchers() === launchers) return;
    clearInterval(timer);
    callback();
  }, POLL_MS);
  timer.unref();
}

function findLaunchers(): string {
  return launcherPids(process.ppid, readProcess).join();
}

/** The ancestors up to the outermost package manager. Beyond it are shells and tools that may end before us. */
export function launcherPids(pid: number, read: (pid: number) => ProcessInfo | undefined): number[] {
  const ancestors: ProcessInfo[] = [];
  for (let next = read(pid); next && next.pid > 1; next = read(next.parent)) ancestors.push(next);
  const outermost = ancestors.findLastIndex(({ command }) => isPackageManager(command));
  return ancestors.slice(0, outermost + 1).map((ancestor) => ancestor.pid);
}

/** By the program that runs, never by its arguments: `bash -c "npx pnpm start &"` is no package manager. */
function isPackageManager([program = '', script = '']: readonly string[]): boolean {
  return PACKAGE_MANAGER.test(basename(basename(program) === 'node' ? script : program));
}

function readProcess(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // npm writes a title of its own over its arguments, with spaces.
    return { pid, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/) };
  } catch {
    return undefined;
  }
}
