import { TIMES } from '@dream-studio/contracts';
import { createChatClient } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { randomFrom } from '../lib/random.js';
import { check } from './lib/check.js';
import { History } from './lib/history.js';
import { login } from './lib/logins.js';
import { watchMoves } from './lib/moves.js';
import { type Nodes, startNodes } from './lib/nodes.js';
import { openSdkReader } from './lib/readers.js';
import { pick, seed } from './lib/scale.js';
import type { ServerProcess } from './lib/server.js';
import { readRoom, startPostgresStore } from './lib/store.js';
import { until } from './lib/wait.js';
import { startSdkWriter } from './lib/writers.js';

const MEMBERS = [1, 2, 3, 4, 5, 6];

/** Readers and writers who come in by the front, all on the SDK. */
async function populate({ front: { url } }: Nodes, history: History) {
  const owner = createChatClient(await login(url, 1));
  const { id: roomId } = await owner.rooms.create({ name: 'Room', memberIds: MEMBERS.slice(1) });
  const logins = await Promise.all(MEMBERS.slice(1).map((userId) => login(url, userId)));
  const random = randomFrom(seed);
  const readers = logins.slice(0, 2).map((one, n) => openSdkReader({ ...one, name: `reader ${n}`, history, roomId }));
  const writers = logins
    .slice(2)
    .map((one, n) => startSdkWriter({ ...one, name: `writer ${n}`, history, roomId, random, refusedShare: 0 }));
  const everyone = [...readers, ...writers];
  await until('everyone is live', () => everyone.every((one) => one.isLive()));
  const moves = watchMoves();
  for (const { chat } of everyone) moves.watch(chat);
  return { roomId, readers, writers, everyone, moves };
}

/** Ends a node as its operator would; returns how long that takes, in milliseconds. */
async function endNode(server: ServerProcess): Promise<number> {
  const startedAt = performance.now();
  await server.stop();
  return performance.now() - startedAt;
}

/** Resolves when it is given connections. */
async function startNode({ front }: Nodes, server: ServerProcess): Promise<void> {
  await server.start();
  await until('the front knows of the node', () => front.readyPorts().includes(server.port));
}

test('F3: nodes are restarted in turn under load: no send fails, nobody sees it, everyone has everything once and in order', async () => {
  await using store = await startPostgresStore();
  const history = new History('F3');
  await using nodes = await startNodes({ count: pick(2, 4), store, history });
  const { roomId, readers, writers, everyone, moves } = await populate(nodes, history);
  const untilAcked = (more: number) => {
    const wanted = history.count('acked') + more;
    return until(`${more} more acks`, () => history.count('acked') >= wanted);
  };
  let slowest = 0;
  for (let n = 0; n < pick(2, 5) * nodes.servers.length; n += 1) {
    const server = nodes.servers[n % nodes.servers.length] as ServerProcess;
    await untilAcked(30);
    history.note({ kind: 'fault', what: `node ${n % nodes.servers.length} is restarted` });
    slowest = Math.max(slowest, await endNode(server));
    await untilAcked(20);
    await startNode(nodes, server);
  }
  for (const writer of writers) writer.stop();
  await until('every send has an outcome', () => writers.every((writer) => writer.isDone()));
  const acked = history.of('acked');
  const showAll = () =>
    readers.every((reader) => reader.list().at(-1)?.seq === Math.max(...acked.map(({ seq }) => seq)));
  await until('every reader shows all', showAll).catch(() => {});
  const lists = Object.fromEntries(await Promise.all(readers.map(async (one) => [one.name, await one.whole()])));
  for (const one of everyone) one.close();
  await nodes.stop();
  const { states, ms, summary } = moves;
  console.log(
    `F3: a node ends after ${Math.round(slowest)} ms at most; ${summary()}; ${acked.length} messages, seed ${seed}`,
  );
  const problems = [
    ...check({ history: history.entries, lists, ...(await readRoom(store, roomId)) }),
    ...nodes.problems(),
  ];
  const failed = [...history.of('unknown'), ...history.of('refused')];
  history.close({ keep: problems.length + failed.length > 0 });
  expect(problems).toEqual([]);
  expect(failed).toEqual([]);
  // The last thing that happens to a client is that the test closes it.
  expect(states).toEqual(everyone.map(() => 'offline'));
  expect(ms.length).toBeGreaterThanOrEqual(everyone.length * 2);
  expect(nodes.front.refused()).toBe(0);
  expect(slowest).toBeLessThan(TIMES.drainMs);
});

test.each([1, 200])('F3: a node with %i clients ends when all have moved', async (count) => {
  await using store = await startPostgresStore();
  const history = new History(`F3-${count}`);
  await using nodes = await startNodes({ count: 2, store, history });
  const [first, second] = nodes.servers as [ServerProcess, ServerProcess];
  await second.stop();
  const moves = watchMoves();
  const chats = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const chat = createChatClient({ ...(await login(nodes.front.url, n + 1)), transports: ['websocket'] });
      await chat.connect();
      moves.watch(chat);
      return chat;
    }),
  );
  await startNode(nodes, second);
  const took = await endNode(first);
  await until('all have moved', () => moves.ms.length === count);
  console.log(`F3: a node with ${count} clients ends after ${Math.round(took)} ms; ${moves.summary()}`);
  expect(moves.states).toEqual([]);
  expect(took).toBeLessThan(TIMES.drainMs);
  for (const chat of chats) chat.close();
  await nodes.stop();
  history.close({ keep: false });
  expect(nodes.problems()).toEqual([]);
});
