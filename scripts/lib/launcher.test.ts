import { expect, test } from 'vitest';
import { launcherPids } from './launcher.js';

/** Each command is the parent of the one before it; the first has pid 10, the next 11. */
function ancestors(...commands: string[]): number[] {
  return launcherPids(10, (pid) => {
    const command = commands[pid - 10]?.split(' ');
    return command && { pid, parent: pid + 1, command };
  });
}

test('reaches up to the outermost package manager, with the shells between', () => {
  expect(ancestors('sh -c node', 'pnpm start', 'sh -c pnpm', 'npm exec pnpm@12 start', 'bash')).toEqual([
    10, 11, 12, 13,
  ]);
  expect(ancestors('node /usr/lib/node_modules/corepack/dist/pnpm.js start', 'bash')).toEqual([10]);
});

test('a shell that only names one in its arguments may end before us', () => {
  expect(ancestors('bash -c npx pnpm start &', 'python harness.py npx')).toEqual([]);
});
