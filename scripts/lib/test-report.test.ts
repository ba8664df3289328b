import { expect, test } from 'vitest';
import { countTests, requestedProjects, skippedTests, type TestReport } from './test-report.js';

function report(statuses: string[][]): TestReport {
  const count = (status: string) => statuses.flat().filter((one) => one === status).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('skipped'),
    numTodoTests: count('todo'),
    testResults: statuses.map((tests, file) => ({
      name: `${file}.test.ts`,
      status: tests.includes('failed') || tests.length === 0 ? 'failed' : 'passed',
      assertionResults: tests.map((status, index) => ({ fullName: `test ${index}`, status })),
    })),
  };
}

test('tests are counted, skipped and todo together', () => {
  expect(
    countTests(
      report([
        ['passed', 'failed'],
        ['passed', 'skipped', 'todo'],
      ]),
      1,
    ),
  ).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test('a file that does not load is a failure', () => {
  expect(countTests(report([['passed'], []]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a run that ends badly is a failure, though all tests pass', () => {
  expect(countTests(report([['passed']]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(countTests(report([['passed']]), 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('no report is a failure', () => {
  expect(countTests(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('skipped tests are named', () => {
  expect(skippedTests(report([['passed', 'skipped'], ['todo']]))).toEqual(['0.test.ts > test 1', '1.test.ts > test 0']);
});

test('requested projects are read in both ways of writing', () => {
  expect(requestedProjects(['--project', 'unit', '-t', 'x', '--project=types'])).toEqual(['unit', 'types']);
  expect(requestedProjects(['src/a.test.ts'])).toEqual([]);
});
