import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrations } from '../apps/server/src/infra/prisma/migration-files.js';
import { migrationsDir, schemaDifference } from './lib/schema-engine.js';

// Writes prisma/migrations/<now>_NAME from the difference between the migrations so far and prisma/schema.prisma.
const name = process.argv[2] ?? '';
if (!/^[a-z0-9_]+$/.test(name)) {
  console.error('Usage: node --import tsx scripts/db-migration.ts NAME   (a-z, 0-9 and _)');
  process.exit(1);
}
const sql = await schemaDifference();
if (sql === undefined) {
  console.log('The migrations match prisma/schema.prisma: nothing to write.');
} else {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const last = readMigrations(migrationsDir).at(-1)?.name.slice(0, 14) ?? '0';
  // Names order the migrations, so a clock that is behind must not put the new one before an older one.
  const timestamp = now > last ? now : String(Number(last) + 1);
  const folder = join(migrationsDir, `${timestamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), sql);
  console.log(
    `Wrote ${join(folder, 'migration.sql')}. Read it, then edit by hand what SQL cannot guess (renames, data).`,
  );
}
