import { PGlite } from '@electric-sql/pglite';
import { PLANNER } from './planner.js';

/** The data directory of a database that lives in memory, for tests and tools. */
export const IN_MEMORY = 'memory://';

/**
 * Opens (and on first use creates, which takes 3-8 s) the PGlite in `dir`, or one in memory. Every write is handed to the
 * operating system before its statement is answered (`relaxedDurability` off), so what was acknowledged survives the death
 * of this process, but not a power cut: PGlite runs with `fsync` off. The time zone is UTC, which both adapters rely on.
 * `template`: a tar of `dumpDataDir` to start a new database from, five times as fast.
 */
export async function openPGlite(dir: string, template?: Blob): Promise<PGlite> {
  const options = { dataDir: dir, relaxedDurability: false, ...(template && { loadDataDir: template }) };
  const client = await PGlite.create(options);
  for (const [name, value] of PLANNER) await client.exec(`SET ${name} = ${value}`);
  return client;
}
