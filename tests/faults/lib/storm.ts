import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type ChatClient, ChatError, createChatClient } from '@dream-studio/sdk';
import { runScript } from '../../../apps/server/src/test/child.js';
import type { StormPlan, StormState } from './storm-main.js';
import { until } from './wait.js';
import type { World } from './world.js';

const CLIENTS = join(import.meta.dirname, 'storm-main.ts');
/** Beyond those of the world. */
const FIRST_USER = 10_000;
const MEMBERS = 50;
const PATIENCE_MS = 180_000;

interface StormOptions {
  /** Half of them users with a tab on each of two nodes. */
  sockets: number;
  /** The clients share so many processes. */
  processes: number;
}

export interface Storm extends Disposable {
  /** Writes the text to every room, for as long as that takes. */
  write(text: string): Promise<void>;
  /** Waits until every client is connected and shows the text last written; returns the milliseconds. */
  untilSynced(): Promise<number>;
  live(): number;
}

/** Users of the SDK in rooms of 50, each with a client at every node, in processes of their own. They end with the storm. */
export async function startStorm(world: World, { sockets, processes }: StormOptions): Promise<Storm> {
  const urls = world.nodes.map(({ url }) => url);
  const owner = createChatClient(await world.login());
  const users = await createRooms(owner, Math.ceil(sockets / urls.length));
  const roomIds = [...new Set(users.map(({ roomId }) => roomId))];
  const share = Math.ceil(users.length / processes);
  const crowds = Array.from({ length: processes }, (_, n) =>
    startCrowd({ urls, users: users.slice(n * share, (n + 1) * share) }),
  );
  const wanted = users.length * urls.length;
  const sum = (of: keyof StormState) => crowds.reduce((total, { state }) => total + state[of], 0);
  return {
    async write(text) {
      for (const crowd of crowds) crowd.tell(text);
      await Promise.all(roomIds.map((roomId) => writeOnce(owner, roomId, text)));
    },
    untilSynced: () => until(`${wanted} clients are synced`, () => sum('synced') === wanted, PATIENCE_MS),
    live: () => sum('live'),
    [Symbol.dispose]() {
      for (const crowd of crowds) crowd.end();
    },
  };
}

async function createRooms(owner: ChatClient, count: number): Promise<StormPlan['users']> {
  const users: StormPlan['users'] = [];
  while (users.length < count) {
    const size = Math.min(MEMBERS, count - users.length);
    const memberIds = Array.from({ length: size }, (_, n) => FIRST_USER + users.length + n);
    const { id: roomId } = await owner.rooms.create({ name: `Room ${users.length}`, memberIds });
    users.push(...memberIds.map((userId) => ({ userId, roomId })));
  }
  return users;
}

/** Again while the servers have too much to do. */
async function writeOnce(owner: ChatClient, roomId: number, content: string): Promise<void> {
  const clientId = randomUUID();
  for (;;) {
    try {
      await owner.messages.create({ roomId, content, clientId });
      return;
    } catch (error) {
      if (!(error instanceof ChatError && error.retryable)) throw error;
      await pause(50);
    }
  }
}

function startCrowd(plan: StormPlan) {
  const env = ['env', 'NODE_OPTIONS=--conditions=source'];
  const { child } = runScript(CLIENTS, [JSON.stringify(plan)], env);
  const crowd = {
    state: { live: 0, synced: 0 } as StormState,
    tell: (text: string) => void child.stdin?.write(`${text}\n`),
    end: () => void child.kill('SIGKILL'),
  };
  createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
    crowd.state = JSON.parse(line);
  });
  return crowd;
}
