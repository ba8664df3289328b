import type { Postgres } from '../../scripts/lib/postgres.js';
import type { Processes } from '../../scripts/lib/processes.js';
import type { Redis } from '../../scripts/lib/redis.js';
import { bytesPerMessage, createDatabase, storedTexts, TABLES, walBytes } from '../baselines/database.js';
import { pin, SERVER_CORE } from '../lib/cores.js';
import { rssMb } from '../lib/process-usage.js';
import { redisUsage } from '../lib/redis-usage.js';
import { type Server, startServer } from '../lib/server.js';
import type { LoadRoom } from '../load/plan.js';
import { createRooms, type Shape } from '../throughput/systems.js';

/** Our server, as so many nodes, all on one core, with a database of their own. */
export interface Cluster {
  readonly name: string;
  readonly nodes: number;
  readonly ports: readonly number[];
  readonly pids: readonly number[];
  readonly databasePid: number;
  readonly redisPid: number | undefined;
  /** In these the members of each room are spread evenly over the nodes; no two rooms begin at the same. */
  rooms(shape: Shape): Promise<LoadRoom[]>;
  stored(tag: string): Promise<Map<string, number>>;
  /** Of all nodes, now. */
  rssMb(): number;
  /** What Redis was sent and has sent, and what PostgreSQL has written to its log, so far. */
  traffic(): Promise<Traffic>;
  /** What a message takes in the database, its part of the indexes included. */
  bytesPerMessage(): Promise<number>;
  end(): Promise<void>;
}

export interface Traffic {
  readonly redisBytesIn: number;
  readonly redisBytesOut: number;
  readonly walBytes: number;
}

/** Without a Redis it is one node alone. */
export async function startCluster(
  processes: Processes,
  postgres: Postgres,
  { nodes, redis }: { readonly nodes: number; readonly redis?: Redis },
): Promise<Cluster> {
  const key = `nodes_${nodes}${redis ? '_redis' : ''}`;
  const DATABASE_URL = await createDatabase(postgres.url, key);
  const stores = { DATABASE_URL, ...(redis && { REDIS_URL: redis.url, REDIS_PREFIX: `${key}:` }) };
  const servers: Server[] = [];
  const end = async () => {
    await Promise.all(servers.map((server) => server.end()));
  };
  try {
    // One after the other: the first makes the tables.
    for (let node = 0; node < nodes; node++) {
      const server = await startServer(processes, stores);
      servers.push(server);
      pin(server.pid, SERVER_CORE);
    }
  } catch (error) {
    await end();
    throw error;
  }
  const ports = servers.map(({ port }) => port);
  return {
    name: `${nodes} ${nodes === 1 ? 'node' : 'nodes'}${redis ? '' : ', no Redis'}`,
    nodes,
    ports,
    pids: servers.map(({ pid }) => pid),
    databasePid: postgres.pid,
    redisPid: redis?.pid,
    rooms: async (shape) => spread(await createRooms((servers[0] as Server).url, shape), ports),
    stored: (tag) => storedTexts(DATABASE_URL, TABLES.ours, tag),
    rssMb: () => servers.reduce((sum, { pid }) => sum + rssMb(pid), 0),
    async traffic() {
      const { bytesIn, bytesOut } = redis ? await redisUsage(redis) : { bytesIn: 0, bytesOut: 0 };
      return { redisBytesIn: bytesIn, redisBytesOut: bytesOut, walBytes: await walBytes(DATABASE_URL) };
    },
    bytesPerMessage: () => bytesPerMessage(DATABASE_URL),
    end,
  };
}

/** Members of each room connect to one port after the other, beginning with another in each room. */
export const spread = (rooms: readonly LoadRoom[], ports: readonly number[]): LoadRoom[] =>
  rooms.map(({ id, members }, room) => ({
    id,
    members: members.map((member, index) => ({ ...member, port: ports[(room + index) % ports.length] as number })),
  }));
