/** What global-setup.ts made for the run; environment variables reach every kind of test worker. */
export interface TestEnvironment {
  /** A user who may create databases. */
  readonly postgresUrl: string;
  /** Name of a migrated database to copy. */
  readonly postgresTemplate: string;
  /** Path of a tar with a migrated PGlite. */
  readonly pgliteTemplate: string;
}

const VARIABLE = 'DREAM_STUDIO_TEST_ENVIRONMENT';

export function provideTestEnvironment(environment: TestEnvironment): void {
  process.env[VARIABLE] = JSON.stringify(environment);
}

/** Throws outside a test run with global-setup.ts. */
export function testEnvironment(): TestEnvironment {
  const text = process.env[VARIABLE];
  if (!text)
    throw new Error('There are no test databases: vitest needs `globalSetup: apps/server/src/test/global-setup.ts`');
  return JSON.parse(text);
}
