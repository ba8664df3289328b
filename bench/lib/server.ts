import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createTokenMint } from '../../apps/server/src/infra/tokens.js';
import type { Processes } from '../../scripts/lib/processes.js';
import { root } from '../../scripts/lib/settings.js';
import { freePort } from '../../tests/e2e/lib/system.js';

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Another one after `restart`. */
  readonly pid: number;
  /** Ends the server with this signal and, when it is gone, starts another on its port. Resolves once that is ready. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<Restart>;
  end(): Promise<void>;
}

export interface Restart {
  /** When the old process was sent the signal. */
  readonly at: number;
  /** Until the old process was gone. */
  readonly goneMs: number;
  /** Until the new one was ready, the old one's end included. */
  readonly readyMs: number;
}

const SECRET = 'a secret of this benchmark, and of nothing else';
/** Longer than the server gives its own drain. */
const END_TIMEOUT_MS = 20_000;
const MEMBERS_A_CALL = 100;

/** What a server keeps things in, and what ties it to others. */
export type Stores =
  | { readonly DATABASE_URL: string; readonly REDIS_URL?: string; readonly REDIS_PREFIX?: string }
  | { readonly DATA_DIR: string };

/**
 * The production build of the server with its limits raised, on this database: `DATABASE_URL`, or `DATA_DIR` for the
 * embedded one. BENCH_NODE_OPTIONS are its Node options, such as `--cpu-prof`.
 */
export async function startServer(processes: Processes, stores: Stores): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const child = processes.start({
      name: 'server',
      args: [...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []), 'apps/server/dist/main.js'],
      cwd: root,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        SOCKET_IO_PORT: String(port),
        SOCKET_IO_CORS_ORIGIN: url,
        AUTH_JWT_SECRET: SECRET,
        RATE_LIMIT_FACTOR: '100000',
        LOG_LEVEL: 'warn',
        ...stores,
      },
      mayEnd: true,
    });
    await processes.untilReady(child, 'server', `${url}/readyz`);
    return child;
  };
  let child = await start();
  return {
    url,
    port,
    get pid() {
      return child.pid as number;
    },
    end: () => processes.end(child),
    async restart(signal) {
      const at = Date.now();
      const gone = once(child, 'exit', { signal: AbortSignal.timeout(END_TIMEOUT_MS) });
      child.kill(signal);
      await gone;
      const goneMs = Date.now() - at;
      child = await start();
      return { at, goneMs, readyMs: Date.now() - at };
    },
  };
}

const mint = createTokenMint({ secret: SECRET });
/** Of a user of that server. */
export const tokenOf = (userId: number): Promise<string> => mint(userId, `User ${userId}`);

/** Makes a room of these users, the first its owner. Returns its id. */
export async function createRoom(url: string, name: string, userIds: readonly number[]): Promise<number> {
  const owner = await tokenOf(userIds[0] as number);
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}/shared/chat/rooms${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owner}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`No room: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const { id } = (await post('', { name, memberIds: userIds.slice(0, MEMBERS_A_CALL) })) as { id: number };
  for (let at = MEMBERS_A_CALL; at < userIds.length; at += MEMBERS_A_CALL) {
    await post(`/${id}/members`, { userIds: userIds.slice(at, at + MEMBERS_A_CALL) });
  }
  return id;
}
