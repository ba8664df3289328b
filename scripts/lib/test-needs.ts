import { chromium, haproxy, type MachineProgram, nginx, openssl, redisServer } from './programs.js';

/** What tests need of the machine and of the repository before they run. */
export interface TestNeeds {
  readonly programs: readonly MachineProgram[];
  /** They start a PostgreSQL of their own. (vitest's global setup brings the one that others share, unless one is given.) */
  readonly postgres: boolean;
  /** They run what `pnpm build` makes. */
  readonly build: boolean;
}

const fromSources = { postgres: false, build: false };

/** By vitest's project. */
export const NEEDS: Readonly<Record<string, TestNeeds>> = {
  unit: { ...fromSources, programs: [] },
  integration: { ...fromSources, programs: [redisServer, openssl] },
  cluster: { ...fromSources, programs: [redisServer, haproxy, nginx] },
  e2e: { programs: [chromium, redisServer, haproxy], postgres: true, build: true },
  'e2e-alone': { programs: [chromium], postgres: false, build: true },
  faults: { ...fromSources, programs: [redisServer], postgres: true },
  types: { ...fromSources, programs: [] },
};

/** Of these projects together; of all when none is named, or one by a pattern. */
export function needsOf(projects: readonly string[]): TestNeeds {
  const isNamed = projects.length > 0 && projects.every((name) => Object.hasOwn(NEEDS, name));
  const needs = Object.entries(NEEDS).flatMap(([name, own]) => (!isNamed || projects.includes(name) ? [own] : []));
  return {
    programs: [...new Set(needs.flatMap(({ programs }) => programs))],
    postgres: needs.some(({ postgres }) => postgres),
    build: needs.some(({ build }) => build),
  };
}
