import { join } from 'node:path';
import type { Processes } from './processes.js';
import { findOnPath } from './programs.js';
import { root, SetupError } from './settings.js';

const FOLLOW_PID = new URL(`./follow-pid.mjs?pid=${process.pid}`, import.meta.url).href;

/** Builds what is not current: all packages, or these and what they need. Says so only when there is something to do. */
export async function build(processes: Processes, ...packages: string[]): Promise<void> {
  const args = ['run', 'build', '--output-logs=new-only', '--ui=stream', ...packages.map((name) => `--filter=${name}`)];
  const turbo = [process.execPath, join(root, 'node_modules/turbo/bin/turbo')];
  // turbo looks for pnpm on the PATH, where npx and pnpm put it; a bare `node scripts/start.ts` has to bring it.
  const [command = '', ...before] = findOnPath('pnpm') ? turbo : ['npx', '-y', 'pnpm@12', 'exec', ...turbo];
  const rest: string[] = [];
  const onLine = (line: string) => (isProgress(line) ? console.log(line) : rest.push(line));
  const code = await processes.run({
    command,
    args: [...before, ...args],
    cwd: root,
    env: buildEnv(process.env),
    onLine,
  });
  if (code === 0) return;
  console.error(rest.filter(Boolean).join('\n'));
  throw new SetupError('The build failed.');
}

/** Lines of a task that runs, `@dream-studio/web:build: ...`; the rest is turbo about itself. */
export function isProgress(line: string): boolean {
  return /^\S+:build: (?!cache hit)/.test(line);
}

/**
 * What a build may know: the same for everyone, so that what is built is not tied to how it was first started. The
 * address of the server, for one, is read when the web app runs, and must neither be built in nor miss the cache.
 */
export function buildEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => name !== 'NODE_ENV' && !name.startsWith('NEXT_PUBLIC_'));
  return {
    ...Object.fromEntries(kept),
    NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --import ${FOLLOW_PID}`.trim(),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}
