import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runScript, type Script } from '../../test/child.js';
import { tempDir } from '../../test/temp-dir.js';
import { lockDataDir } from './data-dir-lock.js';

const holder = join(import.meta.dirname, '../../test/scripts/hold-lock.ts');

async function lockIn(script: Script): Promise<string> {
  script.child.stdin?.write('\n');
  return script.nextLine();
}

it('refuses a second process, naming directory and owner, and lets it in after a release', async () => {
  using dir = tempDir();
  const release = await lockDataDir(dir.path);
  using other = runScript(holder, [dir.path, '0']);
  await other.nextLine();
  expect(await lockIn(other)).toBe(
    `DATA_DIR: ${dir.path} is in use by another process (pid ${process.pid}); only one can open it`,
  );
  release();
  expect(readdirSync(dir.path)).toEqual([]);
  (await lockDataDir(dir.path, 0))();
});

it('takes over from an owner that was killed', async () => {
  using dir = tempDir();
  using owner = runScript(holder, [dir.path, '0']);
  await owner.nextLine();
  expect(await lockIn(owner)).toBe('locked');
  await expect(lockDataDir(dir.path, 0)).rejects.toThrow(`(pid ${owner.child.pid})`);
  await owner.kill();
  const release = await lockDataDir(dir.path, 0);
  expect(readdirSync(dir.path)).toHaveLength(1);
  release();
});

it('takes over from a zombie', async () => {
  using dir = tempDir();
  // The shell becomes `sleep`, which never reaps the owner it started.
  using parent = runScript(holder, [dir.path, '0'], ['sh', '-c', 'exec 3<&0; "$@" <&3 & exec sleep 600', 'sh']);
  await parent.nextLine();
  expect(await lockIn(parent)).toBe('locked');
  const pid = Number(readdirSync(dir.path)[0]?.split('.')[2]);
  expect(pid).not.toBe(parent.child.pid);
  process.kill(pid, 'SIGKILL');
  (await lockDataDir(dir.path))();
  expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).toContain(') Z ');
});

it('knows a pid that was given to another process since', async () => {
  using dir = tempDir();
  const claim = (start: string) => writeFileSync(join(dir.path, `pglite.lock.${process.ppid}.${start}.x`), '');
  claim('1');
  (await lockDataDir(dir.path, 0))();

  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'latin1');
  claim(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
  await expect(lockDataDir(dir.path, 0)).rejects.toThrow(`(pid ${process.ppid})`);
});

it('lets exactly one of several starters take over from a dead owner', async () => {
  using dir = tempDir();
  writeFileSync(join(dir.path, `pglite.lock.${process.ppid}.1.x`), '');
  const starters = Array.from({ length: 4 }, () => runScript(holder, [dir.path, '2000']));
  try {
    await Promise.all(starters.map((starter) => starter.nextLine()));
    const answers = await Promise.all(starters.map(lockIn));
    expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1);
  } finally {
    await Promise.all(starters.map((starter) => starter.kill()));
  }
});

it('says what is wrong with a directory it cannot write to', async () => {
  using dir = tempDir();
  writeFileSync(join(dir.path, 'file'), '');
  const path = join(dir.path, 'file/data');
  await expect(lockDataDir(path)).rejects.toThrow(`DATA_DIR: cannot write to ${path} (ENOTDIR)`);
});
