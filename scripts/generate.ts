import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asyncApiDocument, openApiDocument } from '../packages/contracts/src/docs/index.js';
import { sdkFiles } from './lib/sdk-source.js';

// Writes what is derived from the tables of packages/contracts. With --check it writes nothing and fails when a
// committed file is not what the tables say.

const root = join(import.meta.dirname, '..');
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
const files: Record<string, string> = {
  'docs/openapi.json': json(openApiDocument()),
  'docs/asyncapi.json': json(asyncApiDocument()),
  ...sdkFiles(),
};

const stale: string[] = [];
for (const [path, text] of Object.entries(files)) {
  const current = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (current !== text) stale.push(path);
}

if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`Not current; run \`pnpm generate\`:\n${stale.map((path) => `  ${path}`).join('\n')}`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files[path] ?? '');
    console.log(`wrote ${path}`);
  }
}
