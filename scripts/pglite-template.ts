import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openPGlite } from '../apps/server/src/infra/prisma/pglite.js';
import { writeTemplate } from '../apps/server/src/infra/prisma/pglite-template.js';
import { root } from './lib/settings.js';

// Part of the server's build: a new, empty database, which takes seconds to make, for first starts to begin with.
const place = join(root, 'apps/server/dist/infra/prisma/pglite.tar.gz');
const work = mkdtempSync(join(tmpdir(), 'dream-studio-template-'));
try {
  const dir = join(work, 'pglite');
  await (await openPGlite(dir)).close();
  mkdirSync(dirname(place), { recursive: true });
  await writeTemplate(dir, place);
} finally {
  rmSync(work, { recursive: true, force: true });
}
