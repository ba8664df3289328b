import '../scripts/lib/node-version.js';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build } from '../scripts/lib/build.js';
import { Processes } from '../scripts/lib/processes.js';
import { SetupError } from '../scripts/lib/settings.js';
import type { Bench, Run } from './lib/bench.js';
import { web } from './web.js';

/**
 * `pnpm bench [--quick] [name ...]`: measures, prints one table for each bench, and keeps the figures in
 * bench/results.json, but for those of quick runs. What each measures and how stands in bench/README.md. Ends with 1 when
 * a promise is broken, and when it could not run to its end.
 */
const benches: Record<string, Bench> = {
  web,
  jitter: async (run) => {
    await buildDelivery(run);
    return (await import('./jitter.js')).jitter(run);
  },
  deploy: async (run) => {
    await buildDelivery(run);
    return (await import('./deploy.js')).deploy(run);
  },
  growth: async (run) => {
    await build(run.processes, '@dream-studio/server');
    return (await import('./growth.js')).growth(run);
  },
};

/** These import what is built, and so cannot be loaded before. */
const buildDelivery = ({ processes }: Run) => build(processes, '@dream-studio/server', '@dream-studio/sdk');

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const quick = args.includes('--quick');
const asked = args.filter((arg) => arg !== '--quick');
const unknown = asked.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}

const processes = new Processes();
let failed = false;
try {
  for (const name of asked.length > 0 ? asked : Object.keys(benches)) await measure(name);
} catch (error) {
  failed = true;
  if (!processes.stopping.aborted) console.error(error instanceof SetupError ? error.message : error);
}
processes.stop();
process.exit((await processes.ended()) || (failed ? 1 : 0));

async function measure(name: string): Promise<void> {
  const say = (progress: string) => console.log(`${name}: ${progress}`);
  const outcome = await (benches[name] as Bench)({ say, quick, processes });
  console.log(`\n${outcome.table}\n`);
  for (const fault of outcome.broken) console.error(`${name}: BROKEN: ${fault}`);
  failed ||= outcome.broken.length > 0;
  if (!quick) await keep(name, outcome.result);
}

async function keep(name: string, result: object): Promise<void> {
  const file = join(import.meta.dirname, 'results.json');
  const results = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  results[name] = { cores: cpus().length, node: process.version, ...result };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}
