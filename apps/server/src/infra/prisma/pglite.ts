import { PGlite } from '@electric-sql/pglite';
import { PLANNER } from './planner.js';

/** The data directory of a database that lives in memory, for tests and tools. */
export const IN_MEMORY = 'memory://';

/**
 * PostgreSQL's cache of 128 MB is memory that is filled with zeros at each start, for files that the operating system
 * caches too.
 */
const SETTINGS = [['shared_buffers', '32MB'], ...PLANNER];
const START_PARAMS = [...PGlite.defaultStartParams, ...SETTINGS.flatMap(([name, value]) => ['-c', `${name}=${value}`])];

/**
 * Opens (and on first use creates, which takes 3-8 s) the PGlite in `dir`, or one in memory. Every write is handed to the
 * operating system before its statement is answered (`relaxedDurability` off), so what was acknowledged survives the death
 * of this process, but not a power cut: PGlite runs with `fsync` off. The time zone is UTC, which both adapters rely on.
 * `template`: a tar of `dumpDataDir` to start a new database from, five times as fast.
 */
export function openPGlite(dir: string, template?: Blob): Promise<PGlite> {
  return PGlite.create({
    dataDir: dir,
    relaxedDurability: false,
    startParams: START_PARAMS,
    ...(template && { loadDataDir: template }),
  });
}
