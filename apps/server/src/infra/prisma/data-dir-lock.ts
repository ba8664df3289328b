import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../../core/startup-error.js';

const PREFIX = 'pglite.lock.';
/** A killed owner can stay a zombie for a second or two, and one that drains needs a moment to go. */
const PATIENCE_MS = 5_000;

/** A process of this machine: the start time tells it from a later one that was given the same pid. */
interface Owner {
  readonly pid: number;
  /** Clock ticks since boot; '0' where there is no /proc. */
  readonly start: string;
}

/**
 * Makes this process the only user of `dir` (created if missing) until the returned function is called or the process is
 * gone. PGlite itself does not notice a second process, and the two then lose each other's rows.
 *
 * Throws StartupError when `dir` cannot be written, or another live process still has it after `patienceMs`. Guards
 * processes that see each other's pids: not containers that share a volume.
 *
 * Announce, then look: each starter first creates a claim under a name of its own and then lists all claims. Of two
 * starters the later one always sees the earlier, so both cannot win; and as names are never used again, removing a dead
 * owner's claim cannot hit a living one's.
 */
export async function lockDataDir(dir: string, patienceMs = PATIENCE_MS): Promise<() => void> {
  const claim = join(dir, `${PREFIX}${process.pid}.${startTime(process.pid) ?? '0'}.${randomUUID()}`);
  const release = () => rmSync(claim, { force: true });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    let other: Owner | undefined;
    try {
      mkdirSync(dir, { recursive: true });
      writeFileSync(claim, '', { flag: 'wx' });
      other = otherOwner(dir, claim);
    } catch (error) {
      throw new StartupError(`DATA_DIR: cannot write to ${dir} (${(error as NodeJS.ErrnoException).code ?? error})`);
    }
    if (!other) return release;
    release();
    if (Date.now() >= deadline) {
      throw new StartupError(`DATA_DIR: ${dir} is in use by another process (pid ${other.pid}); only one can open it`);
    }
    // Two that started at once may both have withdrawn: a random wait lets one be first.
    await delay(20 + Math.random() * 130);
  }
}

/** The live owner of another claim, if any. Claims of the dead are removed. */
function otherOwner(dir: string, own: string): Owner | undefined {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (!name.startsWith(PREFIX) || path === own) continue;
    const [pid = '', start = ''] = name.slice(PREFIX.length).split('.');
    const owner = { pid: Number(pid), start };
    if (isAlive(owner)) return owner;
    rmSync(path, { force: true });
  }
  return undefined;
}

/** Errs on the side of "alive": a live owner is never robbed. */
function isAlive({ pid, start }: Owner): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const stat = readStat(pid);
  if (!stat) return true;
  return !['Z', 'X', 'x'].includes(stat.state) && (start === '0' || stat.start === start);
}

function startTime(pid: number): string | undefined {
  return readStat(pid)?.start;
}

/** proc(5): `pid (name) state ...`, start time is field 22. The name may hold anything, so count from its last `)`. */
function readStat(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
