import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '../..');

/** Something the person at the terminal can put right: shown as its message alone. */
export class SetupError extends Error {}

export interface Settings {
  readonly serverPort: number;
  readonly webPort: number;
  /** Where the browser finds the server. */
  readonly socketUrl: string;
  /** `WEB_DEMO_LOGIN` of the web app: outside production people sign in by the server's own sign-in by name. */
  readonly demoLogin: 'dev' | 'on' | 'off';
}

/** `.env` fills in what the environment does not say. */
export function loadDotEnv(): void {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** Throws a SetupError that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const serverPort = readPort(env, 'SOCKET_IO_PORT', 3001);
  const webPort = readPort(env, 'WEB_PORT', 3000);
  if (serverPort === webPort)
    throw new SetupError(`WEB_PORT and SOCKET_IO_PORT are both ${webPort}: they must differ.`);
  const socketUrl = env.NEXT_PUBLIC_SOCKET_URL || env.NEXT_PUBLIC_URL || `http://localhost:${serverPort}`;
  return { serverPort, webPort, socketUrl, demoLogin: readDemoLogin(env) };
}

/** The web app checks what `on` needs. It is always built for production itself: what is asked for here is NODE_ENV. */
function readDemoLogin(env: NodeJS.ProcessEnv): Settings['demoLogin'] {
  const value = env.WEB_DEMO_LOGIN?.trim() || 'off';
  if (value !== 'on' && value !== 'off') throw new SetupError(`WEB_DEMO_LOGIN must be "on" or unset, not "${value}".`);
  return env.NODE_ENV === 'production' ? value : 'dev';
}

function readPort(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]?.trim() || String(fallback);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new SetupError(`${name} must be a port number from 1 to 65535, not "${text}".`);
}

/** A server that was killed a moment ago may still be letting go of its port. */
const PORT_PATIENCE_MS = 3_000;

/** Throws a SetupError that names the variable when something listens on the port. */
export async function requireFreePort(variable: string, port: number, patienceMs = PORT_PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const problem = await tryListen(port);
    if (!problem) return;
    if (problem !== 'EADDRINUSE') throw new SetupError(`${variable}: cannot listen on port ${port} (${problem}).`);
    if (Date.now() >= deadline) {
      throw new SetupError(
        `${variable}: port ${port} is in use. Stop what listens there, or set ${variable} to another.`,
      );
    }
    await sleep(100);
  }
}

function tryListen(port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, () => server.close(() => resolve(undefined)));
  });
}
