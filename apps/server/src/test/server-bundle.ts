import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** As deep below the repository as the sources that look for the migrations. */
const folder = join(import.meta.dirname, '../../node_modules/.cache/test-servers');

/** A program in one file, which is gone with the scope. */
export interface Bundle extends AsyncDisposable {
  readonly path: string;
}

/** One file of a program and the workspace's packages, as starting from sources takes four times as long. */
export async function bundleServer(entry: string): Promise<Bundle> {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const path = join(folder, `${basename(entry, '.ts')}-${process.pid}.mjs`);
  await build({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    external: Object.keys(dependencies).filter((name) => !name.startsWith('@dream-studio/')),
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
