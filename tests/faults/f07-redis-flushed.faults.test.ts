import { randomUUID } from 'node:crypto';
import { LIMITS } from '@dream-studio/contracts';
import { createChatClient } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startPostgresStore } from './lib/store.js';
import { openTab, type Tab } from './lib/tab.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

const TABS = 10;
const FLUSHES = pick(2, 6);

/** A room whose members are all on the first node, and one who asks the second who is there: it knows that by Redis alone. */
async function startRoomOfOneNode(world: World) {
  const [first, second] = world.nodes.map(({ url }) => url);
  const logins = await Promise.all(Array.from({ length: TABS }, () => world.login(first)));
  const chat = createChatClient(await world.login(second));
  const memberIds = logins.map(({ userId }) => userId);
  const { id: roomId } = await chat.rooms.create({ name: 'Elsewhere', memberIds });
  const tabs = await Promise.all(logins.map(openTab));
  const countOnline = async () => (await chat.presence.list({ roomId })).onlineCount;
  await until('the other node knows all', async () => (await countOnline()) === TABS);
  return { tabs, countOnline };
}

test('F7: Redis is flushed, again and again: who is online is known again soon, nobody is taken for gone, nothing is lost', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F7',
    nodes: pick(2, 4),
    async run(world) {
      await world.addEveryone();
      const { tabs, countOnline } = await startRoomOfOneNode(world);
      let slowest = 0;
      for (let n = 1; n <= FLUSHES; n += 1) {
        await world.untilAcked(30);
        world.fault(`flush ${n} of ${FLUSHES}`);
        // Every other time just after the nodes were deaf: they are about to read what is lost now.
        if (n % 2 === 0) for (const link of world.links) link.cut();
        await Promise.all(world.nodes.map((node) => node.untilReady()));
        await world.redis.flush();
        expect(await countOnline()).toBeLessThan(TABS);
        slowest = Math.max(slowest, await until('all are online again', async () => (await countOnline()) === TABS));
      }
      world.figure('who is online was known again', slowest, 30_000, 1);
      await world.untilAcked(30);
      expect(tabs.flatMap(({ seen }) => seen.filter(({ event }) => event === 'offline'))).toEqual([]);
      for (const tab of tabs) tab.close();
    },
  });
});

const LIMIT = LIMITS['message:send'].points;

/** Sends until the node refuses, at most 3 times what it may take; returns how many it took. Notes it all. */
async function sendUntilRefused({ history, roomId }: World, tab: Tab): Promise<number> {
  for (let accepted = 0; accepted < 3 * LIMIT; accepted += 1) {
    const message = { clientId: randomUUID(), content: `Sent by ${tab.userId}: ${randomUUID()}` };
    history.note({ kind: 'sent', by: 'one user', ...message });
    const { ok, data, error } = await tab.call('message:send', { roomId, ...message });
    if (!ok) {
      history.note({ kind: 'refused', by: 'one user', ...message, code: error?.code ?? '' });
      expect(error?.code).toBe('RATE_LIMITED');
      return accepted;
    }
    const { id, seq } = data as { id: number; seq: number };
    history.note({ kind: 'acked', by: 'one user', ...message, id, seq });
  }
  throw new Error('the limit was never reached');
}

test('F7: limits hold over all nodes, and do not open when Redis forgets', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F7-limits',
    nodes: pick(2, 4),
    env: { RATE_LIMIT_FACTOR: '1' },
    async run(world) {
      const { nodes, redis } = world;
      for (const kind of ['sdk', 'raw'] as const) await world.addReader(kind);
      const login = await world.login();
      const tabs = await Promise.all(nodes.map(({ url }) => openTab({ ...login, url })));
      const spend = async () => {
        let total = 0;
        for (const tab of tabs) total += await sendUntilRefused(world, tab);
        return total;
      };
      const before = await spend();
      expect(before).toBe(LIMIT);
      world.fault('flush');
      await redis.flush();
      const after = await spend();
      world.print(`${before} and, after the flush, ${after} of a limit of ${LIMIT}`);
      expect(before + after).toBeLessThanOrEqual(2 * LIMIT);
      for (const tab of tabs) tab.close();
    },
  });
});
