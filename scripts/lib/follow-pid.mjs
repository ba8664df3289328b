// Loaded through NODE_OPTIONS (`--import file:///.../follow-pid.mjs?pid=123`) into everything a build runs. turbo puts its
// tasks into process groups of their own; after a kill -9 they would go on, and Next refuses a second build meanwhile.

import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const POLL_MS = 200;
const pid = Number(new URL(import.meta.url).searchParams.get('pid'));

function isAlive() {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A dead process that nobody has waited for still takes signals. Its state stands after the name in brackets.
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true; // No /proc here.
  }
}

if (isMainThread) {
  setInterval(() => {
    if (!isAlive()) process.kill(process.pid, 'SIGKILL');
  }, POLL_MS).unref();
}
