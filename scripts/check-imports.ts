import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { violations } from './lib/import-rules.js';
import { root } from './lib/settings.js';

/** `pnpm check:imports`: fails with a line for each import that ARCHITECTURE.md does not allow. */
const sources = ['apps', 'packages'].flatMap((folder) => listSources(folder));
const problems = sources.flatMap((path) => violations(path, readFileSync(join(root, path), 'utf8')));
for (const problem of problems) console.error(problem);
console.log(`Import rules: ${sources.length} files, ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /^(node_modules|dist|\..*|generated)$/.test(entry.name) ? [] : listSources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}
