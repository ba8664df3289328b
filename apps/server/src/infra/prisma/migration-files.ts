import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MigrationFile {
  /** Folder name; the order of names is the order of application. */
  readonly name: string;
  readonly sql: string;
  /** As Prisma computes it: sha256 of the file's bytes, in hex. */
  readonly checksum: string;
}

/** `<repo>/prisma/migrations`: source and compiled files are at the same depth. */
export const defaultMigrationsDir = join(import.meta.dirname, '../../../../../prisma/migrations');

/** The migrations in `dir` in the order in which they apply. Throws when `dir` cannot be read. */
export function readMigrations(dir: string): MigrationFile[] {
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(dir, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    });
}
