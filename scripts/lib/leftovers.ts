import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until all processes with this entry (`NAME=value`) in their environment are gone, kills what is not in time, and
 * returns the commands of those. Works where there is a /proc.
 */
export async function endLeftovers(entry: string, patienceMs: number): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  let left = findByEnvironment(entry);
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(50);
    left = findByEnvironment(entry);
  }
  const commands = left.map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`);
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {} // It has just ended by itself.
  }
  return commands;
}

/** A dead process that nobody has waited for has no environment any more. */
function findByEnvironment(entry: string): number[] {
  const pids = readFolder('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
  return pids.filter((pid) => read(pid, 'environ').split('\0').includes(entry));
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
