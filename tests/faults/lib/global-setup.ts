import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleServer } from '../../../apps/server/src/test/server-bundle.js';
import { generateClient } from '../../../scripts/db-generate.js';
import { seed } from './scale.js';

/** The files of the programs that are started, again and again. */
export interface ServerPrograms {
  /** main.ts of the server. */
  main: string;
  withFailPoints: string;
  clockAhead: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    serverPrograms: ServerPrograms;
  }
}

/** vitest's globalSetup: one seed for all that is random in the run, and the programs of the server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  generateClient();
  process.env.FAULTS_SEED = String(seed);
  console.log(`Faults: FAULTS_SEED=${seed}`);
  const [main, withFailPoints, clockAhead] = await Promise.all([
    bundleServer(join(import.meta.dirname, '../../../apps/server/src/main.ts')),
    bundleServer(join(import.meta.dirname, 'server-main.ts')),
    bundleServer(join(import.meta.dirname, 'clock-ahead.ts')),
  ]);
  project.provide('serverPrograms', {
    main: main.path,
    withFailPoints: withFailPoints.path,
    clockAhead: clockAhead.path,
  });
  return async () => {
    for (const program of [main, withFailPoints, clockAhead]) await program[Symbol.asyncDispose]();
  };
}
