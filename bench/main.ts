import '../scripts/lib/node-version.js';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build } from '../scripts/lib/build.js';
import { Processes } from '../scripts/lib/processes.js';
import { root, SetupError } from '../scripts/lib/settings.js';
import type { Bench, Outcome, Run, Target } from './lib/bench.js';
import { fillIn, targetsTable } from './lib/report.js';
import { web } from './web.js';

/**
 * `pnpm bench [--quick] [name ...]`: measures, prints one table for each bench and one of all targets, and keeps the
 * figures in bench/results.json and the tables of the documents, but for those of quick runs. What each measures and how
 * stands there too. Ends with 1 when a promise is broken, and when it could not run to its end.
 */
const benches: Record<string, Bench> = {
  throughput: async (run) => {
    await buildServer(run);
    return (await import('./throughput.js')).throughput(run);
  },
  connections: async (run) => {
    await buildServer(run);
    return (await import('./connections.js')).connections(run);
  },
  start: async (run) => {
    await buildServer(run);
    return (await import('./start.js')).start(run);
  },
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
    await buildServer(run);
    return (await import('./growth.js')).growth(run);
  },
  cluster: async (run) => {
    await buildServer(run);
    return (await import('./cluster.js')).cluster(run);
  },
  bus: async (run) => {
    await buildServer(run);
    return (await import('./bus.js')).bus(run);
  },
  fanout: async (run) => {
    await buildServer(run);
    return (await import('./fanout.js')).fanout(run);
  },
};

const buildServer = ({ processes }: Run) => build(processes, '@dream-studio/server');

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
const targets: Target[] = [];
let failed = false;
try {
  for (const name of asked.length > 0 ? asked : Object.keys(benches)) await measure(name);
  if (targets.length > 0) console.log(`${targetsTable(targets)}\n`);
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
  targets.push(...(outcome.targets ?? []));
  if (!quick) await keep(name, outcome);
}

async function keep(name: string, { table, parts, targets = [], result }: Outcome): Promise<void> {
  const file = join(import.meta.dirname, 'results.json');
  const results: Record<string, { targets?: readonly Target[]; [figure: string]: unknown }> = JSON.parse(
    await readFile(file, 'utf8').catch(() => '{}'),
  );
  results[name] = { cores: cpus().length, node: process.version, ...(targets.length > 0 && { targets }), ...result };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);

  const all = Object.values(results).flatMap(({ targets = [] }) => targets);
  for (const document of ['README.md', 'bench/README.md', 'docs/scaling.md']) {
    const place = join(root, document);
    const filled = fillIn(await readFile(place, 'utf8'), { [name]: table, targets: targetsTable(all), ...parts });
    await writeFile(place, filled);
  }
}
