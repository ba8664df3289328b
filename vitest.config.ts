import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** TypeScript sources of the workspace packages, without a build. */
const conditions = ['source', 'node', 'default'];
const workers = Math.min(availableParallelism(), 4);

/** Browser tests that build: nothing else may run from what they write. */
const buildingTests = ['start', 'images', 'add-chat-to-nextjs'].map((name) => `tests/e2e/${name}.e2e.test.ts`);

const clusterTests = [
  'tests/{deploy,security}/*.cluster.test.ts',
  'tests/{parity,delivery,seed,protocol,sdk}/**/*.integration.test.ts',
  'tests/security/s{01,02,03,05,07,08,18,24}-*.integration.test.ts',
];

const singleNodeTests = [
  // They compare the SDK's double with the server event by event, and rest on an answer coming after all events before it:
  // one server promises that, and the events of other nodes come a moment later.
  'tests/parity/double-*.integration.test.ts',
  // They have the server's end of a connection in their hands.
  'tests/protocol/coalesced-writes.integration.test.ts',
  // No server of ours takes part.
  'tests/sdk/portable.integration.test.ts',
  // They make their two servers themselves, in this process.
  'tests/security/s03-standing.integration.test.ts',
  // Of the rest of security/, S9, S11 and S12 look at what becomes of the process, S19 at what it says and how it starts.
];

const shared = {
  resolve: { conditions, alias: { '@': join(import.meta.dirname, 'apps/web/src') } },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};
const node = { environment: 'node', maxWorkers: workers } as const;

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        ...shared,
        test: {
          ...node,
          name: 'unit',
          include: ['{packages,apps}/*/src/**/*.test.{ts,tsx}', '{scripts,bench,tests/faults}/**/*.test.ts'],
          exclude: ['**/*.{integration,faults}.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          ...node,
          name: 'integration',
          // They wait for databases and clocks, half of the time.
          maxWorkers: workers + 1,
          include: [
            '{packages,apps,examples}/*/src/**/*.integration.test.ts',
            '{tests,scripts}/**/*.integration.test.ts',
          ],
          globalSetup: 'apps/server/src/test/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          ...node,
          // The same tests with `startTestApp` as several processes behind HAProxy: CLUSTER_NODES, 2 by default.
          name: 'cluster',
          include: clusterTests,
          exclude: singleNodeTests,
          globalSetup: 'apps/server/src/test/cluster-setup.ts',
          env: { TEST_CLUSTER_NODES: process.env.CLUSTER_NODES || '2' },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...shared,
        test: {
          ...node,
          name: 'e2e',
          include: ['tests/**/*.e2e.test.ts'],
          exclude: buildingTests,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Each starts whole servers and browsers, and mostly waits for them.
          maxWorkers: workers + 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        ...shared,
        test: {
          ...node,
          name: 'e2e-alone',
          include: buildingTests,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      {
        ...shared,
        test: {
          ...node,
          name: 'faults',
          include: ['tests/faults/*.faults.test.ts'],
          globalSetup: 'tests/faults/lib/global-setup.ts',
          testTimeout: 600_000,
          hookTimeout: 60_000,
          // Each has processes and clients of its own, and times are measured.
          maxWorkers: Math.min(workers, 2),
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          // vitest has TypeScript check all of tsconfig.json; errors outside the type tests are `pnpm typecheck`'s.
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/src/**/*.test-d.ts'],
            ignoreSourceErrors: true,
          },
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
