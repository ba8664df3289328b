import { setTimeout as pause } from 'node:timers/promises';
import { TIMES } from '@dream-studio/contracts';
import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import type { ServerProcess } from './lib/server.js';
import { startPostgresStore } from './lib/store.js';
import { openTab, type Tab } from './lib/tab.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

const GONE = 50;
const MOVED = 8;
const WITH_TWO_TABS = 8;
/** A node renews its lease at least once in the time between: nobody may be shown offline before. */
const EARLIEST_MS = 10_000;

const openTabs = async (world: World, count: number, url: string) =>
  Promise.all(Array.from({ length: count }, async () => openTab(await world.login(url))));

/** Members who come back elsewhere, as they would through a load balancer, and stay. */
async function openMoving(world: World, from: string, to: string) {
  const logins = await Promise.all(Array.from({ length: MOVED }, () => world.login(from)));
  await Promise.all(logins.map(openTab));
  return {
    userIds: logins.map(({ userId }) => userId),
    move: () =>
      Promise.all(
        logins.map(async (login) => {
          await pause(world.random() * TIMES.presenceGraceMs * 0.8);
          return openTab({ ...login, url: to });
        }),
      ),
  };
}

/** When the watcher was told that they went, from an instant on, in milliseconds. */
const offlineTimes = (watcher: Tab, userIds: readonly number[], since: number): number[] =>
  watcher.seen
    .filter(({ event, userId }) => event === 'offline' && userIds.includes(userId))
    .map(({ at }) => at - since);

test('F18: a node with many users killed -9: they are shown offline in time and once; nobody who moved, or has a tab elsewhere, is', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F18',
    nodes: pick(2, 4),
    async run(world) {
      const [dying, staying] = world.nodes as [ServerProcess, ServerProcess];
      for (const kind of ['sdk', 'raw'] as const) {
        await world.addReader(kind, staying.url);
        await world.addWriter(kind, { url: staying.url, pauseMs: 300 });
      }
      const watcher = await openTab(await world.login(staying.url));
      const gone = (await openTabs(world, GONE, dying.url)).map(({ userId }) => userId);
      const moving = await openMoving(world, dying.url, staying.url);
      const twice = await Promise.all(Array.from({ length: WITH_TWO_TABS }, () => world.login(staying.url)));
      await Promise.all(twice.map((login) => openTab({ ...login, url: dying.url })));
      const lastTabs = await Promise.all(twice.map(openTab));
      const all = [...gone, ...moving.userIds, ...twice.map(({ userId }) => userId)];
      const online = () => new Set(watcher.seen.filter(({ event }) => event === 'online').map(({ userId }) => userId));
      await until('the watcher has seen all come', () => all.every((userId) => online().has(userId)));

      world.fault('kill -9 of the node with the users');
      const killedAt = performance.now();
      await dying.kill();
      const moved = await moving.move();
      const isGone = (userIds: readonly number[]) => () =>
        offlineTimes(watcher, userIds, killedAt).length >= userIds.length;
      await until('the watcher has seen them go', isGone(gone));
      const times = offlineTimes(watcher, gone, killedAt);
      world.print(`the first was shown offline after ${Math.round(Math.min(...times))} ms`);
      world.figure('all were shown offline', Math.max(...times), 30_000, 1);
      expect(Math.min(...times)).toBeGreaterThan(EARLIEST_MS);

      world.fault('those with two tabs close the other one');
      const closedAt = performance.now();
      for (const tab of lastTabs) tab.close();
      const twiceIds = twice.map(({ userId }) => userId);
      await until('the watcher has seen them go', isGone(twiceIds));
      world.figure(
        'those who closed their last tab were shown offline',
        performance.now() - closedAt,
        TIMES.presenceGraceMs + 1_000,
      );
      expect(Math.min(...offlineTimes(watcher, twiceIds, closedAt))).toBeGreaterThan(TIMES.presenceGraceMs - 100);
      expect(offlineTimes(watcher, moving.userIds, killedAt)).toEqual([]);
      // Nobody is seen twice.
      expect(watcher.seen.filter(({ userId }) => all.includes(userId)).length).toBe(all.length + GONE + WITH_TWO_TABS);
      for (const tab of [watcher, ...moved]) tab.close();
    },
  });
});
