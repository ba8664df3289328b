import './lib/node-version.js';
import { watch } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { generateClient } from './db-generate.js';
import { build } from './lib/build.js';
import { Processes } from './lib/processes.js';
import { loadDotEnv, readSettings, requireFreePort, root, SetupError } from './lib/settings.js';

/**
 * `pnpm dev`: the server from its sources, started anew when they change, and `next dev`. One watcher here instead of
 * `node --watch` and `tsc --watch`: those live on when this process is killed.
 */
const processes = new Processes();
const CHANGE_SETTLES_MS = 200;
const SOURCES = { contracts: 'packages/contracts/src', sdk: 'packages/sdk/src', server: 'apps/server/src' };

try {
  loadDotEnv();
  const { serverPort, webPort, socketUrl, demoLogin } = readSettings(process.env);
  await requireFreePort('SOCKET_IO_PORT', serverPort);
  await requireFreePort('WEB_PORT', webPort);
  generateClient();
  await build(processes, '@dream-studio/sdk'); // For the web app: Turbopack wants built packages.

  const serverEnv = {
    ...process.env,
    SOCKET_IO_PORT: String(serverPort),
    WEB_PORT: String(webPort),
    RATE_LIMIT_FACTOR: process.env.RATE_LIMIT_FACTOR || '6', // Every page signs in from one address: the web app's.
  };
  const serverArgs = ['--import', 'tsx', '--conditions=source', 'apps/server/src/main.ts'];
  const startServer = () =>
    processes.start({ name: 'server', args: serverArgs, cwd: root, env: serverEnv, mayEnd: true });
  let server = startServer();

  const cwd = join(root, 'apps/web');
  const next = createRequire(join(cwd, 'package.json')).resolve('next/dist/bin/next');
  const { NODE_ENV: _, ...env }: NodeJS.ProcessEnv = {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_SOCKET_URL: socketUrl,
    SOCKET_IO_PORT: String(serverPort),
    WEB_DEMO_LOGIN: demoLogin,
  };
  processes.start({ name: 'web app', args: [next, 'dev', '-p', String(webPort)], cwd, env, stateless: true });

  onChange(async (changed) => {
    if (changed.has('contracts')) await compile('contracts');
    if (changed.has('contracts') || changed.has('sdk')) await compile('sdk');
    if (!changed.has('contracts') && !changed.has('server')) return;
    console.log('Sources changed: the server starts anew.');
    await processes.end(server);
    if (!processes.stopping.aborted) server = startServer();
  });
} catch (error) {
  if (!processes.stopping.aborted) console.error(error instanceof SetupError ? error.message : error);
  processes.stop(1);
}
process.exit(await processes.ended());

async function compile(name: 'contracts' | 'sdk'): Promise<void> {
  const args = [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(root, 'packages', name, 'tsconfig.build.json'),
  ];
  await processes.run({ command: process.execPath, args, cwd: root });
}

/** Calls back with what has changed since the last call, one call at a time, once the sources are still. */
function onChange(callback: (changed: ReadonlySet<string>) => Promise<void>): void {
  const changed = new Set<string>();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const settle = () => {
    const batch = new Set(changed);
    changed.clear();
    running = running
      .then(() => callback(batch))
      .catch((error) => {
        if (!processes.stopping.aborted) console.error(error);
      });
  };
  for (const [name, folder] of Object.entries(SOURCES)) {
    watch(join(root, folder), { recursive: true }, (_, file) => {
      if (!file || /\.test(-d)?\.ts$|generated/.test(file)) return;
      changed.add(name);
      clearTimeout(timer);
      timer = setTimeout(settle, CHANGE_SETTLES_MS);
    });
  }
}
