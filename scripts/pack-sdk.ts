import './lib/node-version.js';
import { mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from './lib/build.js';
import { Processes } from './lib/processes.js';
import { SetupError } from './lib/settings.js';
import { PUBLISHED, packTarball } from './lib/tarballs.js';

/**
 * `pnpm pack:sdk <folder>`: builds the published packages into a folder, under names without a version, so that an app's
 * package.json can refer to them.
 */
try {
  const [, , given] = process.argv;
  if (!given) throw new SetupError('Usage: pnpm pack:sdk <folder>');
  const folder = resolve(process.env.INIT_CWD ?? '.', given);
  mkdirSync(folder, { recursive: true });
  await build(new Processes(), '@dream-studio/sdk');
  for (const path of PUBLISHED) {
    const file = join(folder, `${path.replace('packages/', 'dream-studio-')}.tgz`);
    renameSync(await packTarball(path, folder), file);
    console.log(`wrote ${file}`);
  }
  process.exit(0);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
