import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

/** Where the build puts a new, empty database. Beside the sources there is none. */
export const builtTemplate = join(import.meta.dirname, 'pglite.tar.gz');

/** Keeps the files of the closed PGlite in `dir` as a tar with gzip. */
export async function writeTemplate(dir: string, place: string): Promise<void> {
  // Not started, it only reads them: a database that runs would be one that has crashed.
  const reader = await PGlite.create({ dataDir: dir, noInitDb: true });
  const tar = await reader.dumpDataDir('gzip');
  writeFileSync(place, Buffer.from(await tar.arrayBuffer()));
}

const BLOCK = 512;

/** Makes the files of a template in `dir`. PGlite does it too, in four times the time. */
export function unpackTemplate(place: string, dir: string): void {
  const tar = gunzipSync(readFileSync(place));
  mkdirSync(dir, { recursive: true });
  // POSIX tar: a header of one block for each file, then what is in it, filled up to a block; an empty block at the end.
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const field = (start: number, length: number) =>
      tar.toString('latin1', at + start, at + start + length).replace(/\0.*$/s, '');
    const path = join(dir, field(0, 100));
    const size = Number.parseInt(field(124, 12), 8);
    const start = at + BLOCK;
    if (field(156, 1) === '5') mkdirSync(path, { recursive: true });
    else writeFileSync(path, tar.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}
