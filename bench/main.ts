import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Figure, table } from './lib/figures.js';
import { webFigures } from './web.js';

/**
 * `pnpm bench [name ...]`: measures, prints one table for each bench, and keeps the figures in bench/results.json. What
 * each measures and how stands in bench/README.md.
 */
const benches: Record<string, (say: (progress: string) => void) => Promise<Figure[]>> = { web: webFigures };

const names = process.argv.slice(2).filter((name) => name !== '--');
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}

const file = join(import.meta.dirname, 'results.json');
const results = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const figures = await (benches[name] as (typeof benches)[string])((progress) => console.log(`${name}: ${progress}`));
  console.log(`\n${table(figures)}\n`);
  results[name] = { cores: cpus().length, node: process.version, figures };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}
