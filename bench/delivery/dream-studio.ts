import { createChatClient } from '@dream-studio/sdk';
import { type Postgres, startPostgres } from '../../scripts/lib/postgres.js';
import type { Processes } from '../../scripts/lib/processes.js';
import { cpuSeconds, peakRssMb } from '../lib/process-usage.js';
import { createRoom, type Restart, type Server, startServer, tokenOf } from '../lib/server.js';
import type { ChatSystem, ChatSystemClient } from './chat-system.js';
import { createLink } from './link.js';
import { roomOf } from './plan.js';
import type { ClientRecord } from './record.js';

export interface DreamStudio extends ChatSystem {
  /** Ends the server with this signal and, when it is gone, starts another on its port. Resolves once that is ready. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<Restart>;
}

/** The production build of the server, on a PostgreSQL of its own that waits for the disk, with the rooms of the plan. */
export async function startDreamStudio(
  processes: Processes,
  { clients, rooms }: { clients: number; rooms: number },
): Promise<DreamStudio> {
  const postgres = await startPostgres({ fsync: true });
  try {
    const server = await startServer(processes, { DATABASE_URL: postgres.url });
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

const userIdOf = (client: number) => client + 1;

/** Each client is a user of its own, and a member of one room. Returns the rooms' ids. */
async function createRooms(url: string, clients: number, rooms: number): Promise<number[]> {
  const ids: number[] = [];
  for (let room = 0; room < rooms; room++) {
    const members = Array.from({ length: clients }, (_, client) => client).filter((c) => roomOf(c, rooms) === room);
    ids.push(await createRoom(url, `Room ${room}`, members.map(userIdOf)));
  }
  return ids;
}

/** A whole SDK client with the room open, as a page has it. Its events are the deliveries; its list has to agree. */
async function openClient(url: string, index: number, roomId: number, record: ClientRecord): Promise<ChatSystemClient> {
  const link = createLink(
    () => record.connected(),
    () => record.disconnected(),
  );
  const token = await tokenOf(userIdOf(index));
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
