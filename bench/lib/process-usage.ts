import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock that Linux counts CPU time in, a second. */
const TICKS = 100;

interface Stat {
  readonly parent: number;
  readonly cpuSeconds: number;
}

/** User and system time of a process and all that descend from it, those that have ended included. From Linux's /proc. */
export function cpuSeconds(pid: number): number {
  const stats = new Map(pids().flatMap((id) => entryOf(id)));
  const isBelow = (id: number): boolean => id === pid || (id > 1 && isBelow(stats.get(id)?.parent ?? 0));
  let sum = 0;
  for (const [id, stat] of stats) if (isBelow(id)) sum += stat.cpuSeconds;
  return sum;
}

/** The memory a process has in use, in MB. From Linux's /proc. */
export const rssMb = (pid: number): number => statusMb(pid, 'VmRSS');

/** The most memory a process has had in use, in MB. */
export const peakRssMb = (pid: number): number => statusMb(pid, 'VmHWM');

function statusMb(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}

const pids = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);

function entryOf(pid: number): [number, Stat][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces. What follows it is numbered from the third field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [[pid, { parent: Number(fields[1]), cpuSeconds: ticks / TICKS }]];
  } catch {
    return []; // It has just ended.
  }
}
