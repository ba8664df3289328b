import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from './programs.js';
import { root } from './settings.js';

/** The folders of the packages that go to a registry, those that others need first. */
export const PUBLISHED = ['packages/contracts', 'packages/sdk'] as const;

/** Packs a built package as it would be published; returns the tarball's path in `destination`. */
export async function packTarball(folder: string, destination: string): Promise<string> {
  const [command, before] = findOnPath('pnpm') ? ['pnpm', []] : ['npx', ['-y', 'pnpm@12']];
  const args = [...before, '-C', join(root, folder), 'pack', '--pack-destination', destination, '--json'];
  const { stdout } = await promisify(execFile)(command, args, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  const { filename } = JSON.parse(stdout) as { filename: string };
  return join(destination, filename.slice(filename.lastIndexOf('/') + 1));
}
