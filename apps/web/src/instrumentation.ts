import { demoLogin, serverUrl } from '@/lib/env';

/** By this name, as Next warns of what its Edge runtime lacks, which this app does not use. */
const { process } = globalThis;

/**
 * Runs as the web server starts: a value that does not fit stops the start with one line that names its variable. Next
 * alone would go on, and answer every request with an error.
 */
export function register(): void {
  try {
    serverUrl();
    demoLogin();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
