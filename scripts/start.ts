import './lib/node-version.js';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from './lib/build.js';
import { Processes } from './lib/processes.js';
import { loadDotEnv, readSettings, requireFreePort, root, type Settings, SetupError } from './lib/settings.js';

/**
 * `pnpm start`, and with --server-only `pnpm start:server`: builds what is not current, runs the server and the web app
 * as plain Node processes, and says where they are. With --no-build it runs what was built before. Ends with 0 after SIGINT
 * or SIGTERM, with 1 when anything fails.
 */
const web = !process.argv.includes('--server-only');
const processes = new Processes();

try {
  loadDotEnv();
  const settings = readSettings(process.env);
  await requireFreePort('SOCKET_IO_PORT', settings.serverPort);
  if (web) await requireFreePort('WEB_PORT', settings.webPort);
  if (process.argv.includes('--no-build')) requireBuilt();
  else await build(processes, ...(web ? [] : ['@dream-studio/server']));
  await Promise.all([startServer(settings), web && startWeb(settings)]);
  console.log(announcement(settings));
} catch (error) {
  if (!processes.stopping.aborted) console.error(error instanceof SetupError ? error.message : error);
  processes.stop(1);
}
process.exit(await processes.ended());

function requireBuilt(): void {
  const files = ['apps/server/dist/main.js', ...(web ? ['apps/web/.next/BUILD_ID'] : [])];
  if (!files.every((file) => existsSync(join(root, file))))
    throw new SetupError('Nothing is built yet: run pnpm build.');
}

async function startServer({ serverPort, webPort }: Settings): Promise<void> {
  const env = {
    ...process.env,
    SOCKET_IO_PORT: String(serverPort),
    WEB_PORT: String(webPort),
    RATE_LIMIT_FACTOR: process.env.RATE_LIMIT_FACTOR || '6', // Trying it with friends is fun without refusals.
  };
  const server = processes.start({ name: 'server', args: ['apps/server/dist/main.js'], cwd: root, env });
  await processes.untilReady(server, 'server', `http://127.0.0.1:${serverPort}/readyz`);
}

async function startWeb({ serverPort, webPort, socketUrl, demoLogin }: Settings): Promise<void> {
  const cwd = join(root, 'apps/web');
  const next = createRequire(join(cwd, 'package.json')).resolve('next/dist/bin/next');
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_SOCKET_URL: socketUrl,
    SOCKET_IO_PORT: String(serverPort),
    WEB_DEMO_LOGIN: demoLogin,
  };
  const args = [next, 'start', '-p', String(webPort)];
  const app = processes.start({ name: 'web app', args, cwd, env, stateless: true });
  await processes.untilReady(app, 'web app', `http://127.0.0.1:${webPort}/`);
}

function announcement({ serverPort, webPort }: Settings): string {
  const lines = [
    '  Dream Studio Chat is ready.',
    ...(web ? [`    Web app   http://localhost:${webPort}`] : []),
    `    Server    http://localhost:${serverPort}   Socket.IO, tRPC and REST`,
    '  Ctrl-C ends it.',
  ];
  return `\n${lines.join('\n')}\n`;
}
