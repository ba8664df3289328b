import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createChatClient } from '@dream-studio/sdk';
import { createTokenMint } from '../../apps/server/src/infra/tokens.js';
import { type Postgres, startPostgres } from '../../scripts/lib/postgres.js';
import type { Processes } from '../../scripts/lib/processes.js';
import { root } from '../../scripts/lib/settings.js';
import { freePort } from '../../tests/e2e/lib/system.js';
import { cpuSeconds, peakRssMb } from '../lib/process-usage.js';
import type { ChatSystem, ChatSystemClient } from './chat-system.js';
import { createLink } from './link.js';
import { roomOf } from './plan.js';
import type { ClientRecord } from './record.js';

export interface DreamStudio extends ChatSystem {
  /** Ends the server with this signal and, when it is gone, starts another on its port. Resolves once that is ready. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<Restart>;
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

/** The production build of the server, on a PostgreSQL of its own that waits for the disk, with the rooms of the plan. */
export async function startDreamStudio(
  processes: Processes,
  { clients, rooms }: { clients: number; rooms: number },
): Promise<DreamStudio> {
  const postgres = await startPostgres({ fsync: true });
  try {
    const server = await startServer(processes, postgres);
    return await system(server, postgres, await createRooms(server.url, clients, rooms));
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function system(server: Server, postgres: Postgres, roomIds: number[]): DreamStudio {
  return {
    name: 'Dream Studio Chat',
    open: (client, record) => openClient(server.url, client, roomIds[roomOf(client, roomIds.length)] as number, record),
    restart: server.restart,
    usage: () => ({
      serverCpuSeconds: cpuSeconds(server.pid),
      databaseCpuSeconds: cpuSeconds(postgres.pid),
      serverPeakRssMb: peakRssMb(server.pid),
    }),
    async [Symbol.asyncDispose]() {
      await server.end();
      await postgres.stop();
    },
  };
}

type Server = Awaited<ReturnType<typeof startServer>>;

async function startServer(processes: Processes, postgres: Postgres) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const child = processes.start({
      name: 'server',
      args: ['apps/server/dist/main.js'],
      cwd: root,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        SOCKET_IO_PORT: String(port),
        SOCKET_IO_CORS_ORIGIN: url,
        DATABASE_URL: postgres.url,
        AUTH_JWT_SECRET: SECRET,
        RATE_LIMIT_FACTOR: '100000',
        LOG_LEVEL: 'warn',
      },
      mayEnd: true,
    });
    await processes.untilReady(child, 'server', `${url}/readyz`);
    return child;
  };
  let child = await start();
  return {
    url,
    get pid() {
      return child.pid as number;
    },
    end: () => processes.end(child),
    async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<Restart> {
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
const userIdOf = (client: number) => client + 1;
const tokenOf = (client: number) => mint(userIdOf(client), `User ${userIdOf(client)}`);

/** Each client is a user of its own, and a member of one room. Returns the rooms' ids. */
async function createRooms(url: string, clients: number, rooms: number): Promise<number[]> {
  const ids: number[] = [];
  for (let room = 0; room < rooms; room++) {
    const members = Array.from({ length: clients }, (_, client) => client).filter((c) => roomOf(c, rooms) === room);
    const response = await fetch(`${url}/shared/chat/rooms`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(members[0] as number)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `Room ${room}`, memberIds: members.map(userIdOf) }),
    });
    if (!response.ok) throw new Error(`No room: ${response.status} ${await response.text()}`);
    ids.push(((await response.json()) as { id: number }).id);
  }
  return ids;
}

/** A whole SDK client with the room open, as a page has it. Its events are the deliveries; its list has to agree. */
async function openClient(url: string, index: number, roomId: number, record: ClientRecord): Promise<ChatSystemClient> {
  const link = createLink(
    () => record.connected(),
    () => record.disconnected(),
  );
  const token = await tokenOf(index);
  const { openSocket, fetch } = link;
  const client = createChatClient({ url, getToken: () => token, transports: ['websocket'], openSocket, fetch });
  const room = client.room(roomId);
  client.on('message:new', (message) => message.roomId === roomId && record.delivered(message.content, message.seq));
  const ready = new Promise<void>((resolve) => {
    room.subscribe(() => {
      const { messages, status } = room.get();
      for (const message of messages) if (message.status === 'failed') record.failedSends.add(message.content);
      if (status === 'ready') resolve();
    });
  });
  await client.connect();
  const leave = room.open();
  await ready;
  return {
    send: (text) => void room.send(text),
    cut: link.cut,
    close: () => {
      record.list = room.get().messages.map(({ content }) => content);
      leave();
      client.close();
    },
  };
}
