import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../apps/server/src/infra/prisma/database.js';
import type { Postgres } from '../../scripts/lib/postgres.js';
import type { Processes } from '../../scripts/lib/processes.js';
import { freePort } from '../../tests/e2e/lib/system.js';
import { addSeedMembers, countTexts, createDatabase, storedTexts, TABLES } from '../baselines/database.js';
import { pin, SERVER_CORE } from '../lib/cores.js';
import { createRoom, startServer, tokenOf } from '../lib/server.js';
import type { Dialect } from '../load/client.js';
import type { LoadRoom } from '../load/plan.js';

/** Rooms, each with the ids of its members. */
export type Shape = readonly (readonly number[])[];

/** So many rooms with so many members, each a user of its own. */
export const shape = (rooms: number, members: number): Shape =>
  Array.from({ length: rooms }, (_, room) =>
    Array.from({ length: members }, (_, member) => room * members + member + 1),
  );

/** A server that runs alone on its core, and what is to be known to put it under load. */
export interface System {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly databasePid: number | undefined;
  /** How often each text of a tag is in its database; none, where there is no database. */
  stored?(tag: string): Promise<Map<string, number>>;
  end(): Promise<void>;
}

export interface ChatSystem extends System {
  readonly dialect: Dialect;
  /** Makes rooms, for the users to enter. */
  rooms(shape: Shape): Promise<LoadRoom[]>;
}

export async function startOurs(processes: Processes, postgres: Postgres): Promise<ChatSystem> {
  const server = await startServer(processes, { DATABASE_URL: postgres.url });
  pin(server.pid, SERVER_CORE);
  return {
    name: 'ours',
    port: server.port,
    pid: server.pid,
    databasePid: postgres.pid,
    dialect: 'socket.io',
    rooms: (shape) => createRooms(server.url, shape),
    stored: (tag) => storedTexts(postgres.url, TABLES.ours, tag),
    end: server.end,
  };
}

export interface Embedded extends ChatSystem {
  /** Only after `end`. */
  stored(tag: string): Promise<Map<string, number>>;
  remove(): Promise<void>;
}

export async function startEmbedded(processes: Processes): Promise<Embedded> {
  const dataDir = await mkdtemp(join(tmpdir(), 'dream-studio-bench-'));
  const server = await startServer(processes, { DATA_DIR: dataDir });
  pin(server.pid, SERVER_CORE);
  return {
    name: 'ours, embedded database',
    port: server.port,
    pid: server.pid,
    databasePid: undefined,
    dialect: 'socket.io',
    rooms: (shape) => createRooms(server.url, shape),
    end: server.end,
    async stored(tag) {
      const database = await openDatabase({ dataDir });
      try {
        const rows = await database.prisma.message.findMany({ select: { content: true } });
        return countTexts(
          rows.map(({ content }) => content),
          tag,
        );
      } finally {
        await database.close();
      }
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Makes these rooms, and tokens of their members. */
export async function createRooms(url: string, shape: Shape): Promise<LoadRoom[]> {
  const rooms: LoadRoom[] = [];
  for (const userIds of shape) {
    const id = await createRoom(url, 'Room', userIds);
    rooms.push({
      id,
      members: await Promise.all(userIds.map(async (userId) => ({ userId, token: await tokenOf(userId) }))),
    });
  }
  return rooms;
}

/** The seed guide's code, with a database of its own on the same PostgreSQL. */
export async function startSeed(processes: Processes, postgres: Postgres): Promise<ChatSystem> {
  const url = await createDatabase(postgres.url, 'seed');
  const system = await startChat(processes, {
    name: "the seed's code",
    program: 'seed.mjs',
    dialect: 'socket.io without acks',
    DATABASE_URL: url,
  });
  return {
    ...system,
    databasePid: postgres.pid,
    async rooms(shape) {
      const rooms = await system.rooms(shape);
      for (const { id, members } of rooms)
        await addSeedMembers(
          url,
          id,
          members.map(({ userId }) => userId),
        );
      return rooms;
    },
    stored: (tag) => storedTexts(url, TABLES.seed, tag),
  };
}

export const startStock = (processes: Processes) =>
  startChat(processes, {
    name: 'Socket.IO, no database',
    program: 'socket-io.mjs',
    dialect: 'socket.io without acks',
  });

export const startWs = (processes: Processes) =>
  startChat(processes, { name: 'raw ws, no database', program: 'ws.mjs', dialect: 'websocket' });

/** Nodes of stock Socket.IO over a Redis, by one of its adapters, or `none`. Rooms need not be made. */
export const startStockNodes = (
  processes: Processes,
  nodes: number,
  { adapter, redisUrl }: { readonly adapter: 'pub/sub' | 'sharded' | 'none'; readonly redisUrl: string },
): Promise<System[]> =>
  Promise.all(
    Array.from({ length: nodes }, () =>
      startBaseline(processes, {
        name: `Socket.IO, ${adapter}`,
        program: 'socket-io-redis.mjs',
        ADAPTER: adapter,
        REDIS_URL: redisUrl,
      }),
    ),
  );

/** The REST route with `prisma.create`, on the database of our server. */
export async function startPrismaRoute(processes: Processes, postgres: Postgres): Promise<System> {
  const system = await startBaseline(processes, {
    name: 'prisma.create route',
    program: 'prisma-route.mjs',
    DATABASE_URL: postgres.url,
  });
  return { ...system, databasePid: postgres.pid, stored: (tag) => storedTexts(postgres.url, TABLES.ours, tag) };
}

interface Baseline {
  readonly name: string;
  /** In bench/baselines. */
  readonly program: string;
  readonly DATABASE_URL?: string;
  readonly REDIS_URL?: string;
  readonly ADAPTER?: string;
}

/** One that rooms need not be made in: whoever names one is in it. */
async function startChat(
  processes: Processes,
  { dialect, ...baseline }: Baseline & { dialect: Dialect },
): Promise<ChatSystem> {
  let rooms = 0;
  return {
    ...(await startBaseline(processes, baseline)),
    dialect,
    rooms: async (shape) =>
      shape.map((userIds) => ({ id: ++rooms, members: userIds.map((userId) => ({ userId, token: 'a token' })) })),
  };
}

async function startBaseline(processes: Processes, { name, program, ...env }: Baseline): Promise<System> {
  const port = await freePort();
  const server = processes.start({
    name: program,
    args: [program],
    cwd: join(import.meta.dirname, '../baselines'),
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), ...env },
    mayEnd: true,
    stateless: true,
  });
  await processes.untilReady(server, program, `http://127.0.0.1:${port}`);
  const pid = server.pid as number;
  pin(pid, SERVER_CORE);
  return { name, port, pid, databasePid: undefined, end: () => processes.end(server) };
}
