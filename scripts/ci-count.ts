import { readFileSync } from 'node:fs';
import { countTests, type TestReport } from './lib/test-report.js';

// For .ci/run: `ci-count.ts REPORT EXIT_CODE` prints "PASSED FAILED SKIPPED" of vitest's JSON report.
const [file = '', exitCode = '1'] = process.argv.slice(2);
let report: TestReport | undefined;
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  console.error(`There is no test report at ${file}.`);
}
const { passed, failed, skipped } = countTests(report, Number(exitCode));
console.log(passed, failed, skipped);
