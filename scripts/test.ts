import './lib/node-version.js';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { generateClient } from './db-generate.js';
import { build } from './lib/build.js';
import { endLeftovers } from './lib/leftovers.js';
import { findPostgres } from './lib/postgres-binaries.js';
import { Processes } from './lib/processes.js';
import { findOrInstallAll } from './lib/programs.js';
import { root, SetupError } from './lib/settings.js';
import { needsOf } from './lib/test-needs.js';
import { requestedProjects, skippedTests } from './lib/test-report.js';

/**
 * `pnpm test [vitest's arguments]`: brings what the tests need, and runs them. With TEST_REPORT=file, vitest's JSON report
 * is kept there. Leaves no process and no temporary file behind.
 */
const args = process.argv.slice(2).filter((arg) => arg !== '--');
const needs = needsOf(requestedProjects(args));

const temp = mkdtempSync(join(tmpdir(), 'dream-studio-test-'));
chmodSync(temp, 0o711); // PostgreSQL runs as another user, below it.
const env: NodeJS.ProcessEnv = {
  ...process.env,
  TMPDIR: temp,
  // What a fault has done is kept when it did harm.
  FAULTS_HISTORY_DIR: process.env.FAULTS_HISTORY_DIR || join(tmpdir(), 'dream-studio-faults'),
};
const report = process.env.TEST_REPORT || join(temp, 'report.json');

const processes = new Processes();
let exitCode = 1;
try {
  // Before anything runs: tests look for them in several processes at once.
  Object.assign(env, findOrInstallAll(needs.programs));
  if (needs.postgres) env.POSTGRES_BIN = await findPostgres();
  generateClient();
  if (needs.build) await build(processes);
  exitCode = await runTests();
} catch (error) {
  if (!processes.stopping.aborted) console.error(error instanceof SetupError ? error.message : error);
}
const interrupted = processes.stopping.aborted;
if (interrupted) {
  await processes.ended(); // vitest leaves its workers behind then.
  exitCode = 130;
}
const left = await endLeftovers(`TMPDIR=${temp}`, interrupted ? 500 : 5_000);
if (left.length > 0 && !interrupted) console.error(`Left running by the tests, and killed:\n  ${left.join('\n  ')}`);
rmSync(temp, { recursive: true, force: true });
process.exit(exitCode);

async function runTests(): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = processes.start({
    name: 'tests',
    args: [vitest, 'run', ...reporters, ...args],
    cwd: root,
    env,
    mayEnd: true,
  });
  const [code] = await once(run, 'exit');
  printSkipped();
  return code ?? 1;
}

function printSkipped(): void {
  let skipped: string[] = [];
  try {
    skipped = skippedTests(JSON.parse(readFileSync(report, 'utf8')));
  } catch {} // vitest has said why there is no report.
  if (skipped.length > 0) console.log(`\nSkipped:\n  ${skipped.map((test) => relative(root, test)).join('\n  ')}`);
}
