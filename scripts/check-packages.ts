import './lib/node-version.js';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { filterProblems } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { build } from './lib/build.js';
import { Processes } from './lib/processes.js';
import { root } from './lib/settings.js';
import { type Tarball, tarballProblems } from './lib/tarball-rules.js';
import { PUBLISHED, packTarball } from './lib/tarballs.js';

/**
 * `pnpm check:packages`: builds and packs what goes to a registry, and fails with a line for each thing that would be wrong
 * for those who install it.
 */
const folder = mkdtempSync(join(tmpdir(), 'dream-studio-pack-'));
try {
  await build(new Processes(), '@dream-studio/sdk');
  for (const path of PUBLISHED) {
    const problems = await check(path);
    console.log(`${path}: ${problems.length} problems.`);
    for (const problem of problems) console.error(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function check(path: string): Promise<string[]> {
  const tarball = new Uint8Array(readFileSync(await packTarball(path, folder)));
  const packed = createPackageFromTarballData(tarball);
  const base = `/node_modules/${packed.packageName}/`;
  const read = (file: string) => packed.readFile(base + file);
  const files = packed.listFiles(base).map((file) => file.slice(base.length));
  const manifest: Tarball['manifest'] = JSON.parse(read('package.json'));
  const workspace = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const hasSource = (file: string) => existsSync(join(root, path, file));

  const lint = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  const types = await checkPackage(packed);
  if (!types.types) return ['has no types'];
  // These packages are ES modules: for the bundlers and for `import` in Node, not for `require` without it.
  const modes = (['node16-esm', 'bundler'] as const).flatMap((resolutionKind) =>
    filterProblems(types, { resolutionKind }).map((problem) => `${resolutionKind}: ${JSON.stringify(problem)}`),
  );
  return [
    ...lint.messages.map((message) => `publint: ${formatMessage(message, lint.pkg ?? {}, { color: false })}`),
    ...modes,
    ...tarballProblems({ manifest, files, read }, { exports: workspace.exports, hasSource }),
  ];
}
