import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { root } from './settings.js';

/** What `pnpm start` runs: says its pid, then each signal it gets, and takes a moment to end. */
const PROGRAM = `
  console.log('up', process.pid);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
    console.log(signal);
    setTimeout(() => process.exit(0), 200);
  });
  setInterval(() => {}, 1000);`;

const LAUNCHER = `
  import { Processes } from ${JSON.stringify(new URL('./processes.ts', import.meta.url).href)};
  const processes = new Processes();
  const args = ['--input-type=module', '-e', process.env.PROGRAM];
  for (const name of ['one', 'two']) processes.start({ name, args, cwd: process.cwd(), env: process.env });
  process.exit(await processes.ended());`;

/** In a process group of its own, as in a terminal. */
async function launch(): Promise<{ launcher: ChildProcess; pids: number[]; rest: () => Promise<string> }> {
  const launcher = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', LAUNCHER], {
    cwd: root,
    env: { ...process.env, PROGRAM },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  launcher.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const pids = () => [...output.matchAll(/up (\d+)/g)].map((match) => Number(match[1]));
  while (pids().length < 2) await once(launcher.stdout as NodeJS.ReadableStream, 'data');
  // Standard output closes when the last process that has it is gone.
  const closed = once(launcher, 'close');
  const rest = async () => {
    await closed;
    return output.replace(/up \d+\n/g, '');
  };
  return { launcher, pids: pids(), rest };
}

test('SIGTERM drains all, and the exit code is 0', async () => {
  const { launcher, rest } = await launch();
  launcher.kill('SIGTERM');
  expect(await rest()).toBe('SIGTERM\nSIGTERM\n');
  expect(launcher.exitCode).toBe(0);
});

test('Ctrl-C reaches each process once', async () => {
  const { launcher, rest } = await launch();
  process.kill(-(launcher.pid as number), 'SIGINT');
  expect(await rest()).toBe('SIGINT\nSIGINT\n');
  expect(launcher.exitCode).toBe(0);
});

test('after kill -9 of the launcher its programs drain and are gone', async () => {
  const { launcher, rest } = await launch();
  launcher.kill('SIGKILL');
  expect(await rest()).toBe('SIGTERM\nSIGTERM\n');
});

test('when one program dies the other is ended, and the exit code is 1', async () => {
  const { launcher, pids, rest } = await launch();
  process.kill(pids[0] as number, 'SIGKILL');
  expect(await rest()).toBe('SIGTERM\n');
  expect(launcher.exitCode).toBe(1);
});
