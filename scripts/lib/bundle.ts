import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './settings.js';

/** What an app with its own bundler would ship of a built package. */
export interface Bundle {
  /** Minified and gzipped. */
  bytes: number;
  /** Paths of what went in. */
  inputs: string[];
}

/** Bundles a file of the repository for browsers, without the packages named. */
export async function bundle(entry: string, external: readonly string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: [...external],
    metafile: true,
    write: false,
  });
  return { bytes: gzipSync(outputFiles[0]?.contents ?? '').length, inputs: Object.keys(metafile.inputs) };
}

/** Inputs that must never reach a browser through the SDK: the run time of zod and tRPC. */
export const serverSide = ({ inputs }: Bundle): string[] =>
  inputs.filter((path) => /node_modules\/(zod|@trpc)\//.test(path));
