import { setTimeout as pause } from 'node:timers/promises';
import { TIMES } from '@dream-studio/contracts';
import { expect, test } from 'vitest';
import { readCall, startTalk, type Talk } from './lib/calls.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import type { ServerProcess } from './lib/server.js';
import { type Store, startPostgresStore } from './lib/store.js';
import { openTab } from './lib/tab.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

/** Someone of a dead node is offline within the first, and out of a call some seconds later. */
const GONE_MS = 30_000 + TIMES.callGraceMs;
/** Before anyone has noticed anything. */
const MOVES_AFTER_MS = 2_000;

const LOOK_EVERY_MS = 200;

const ONGOING = (...present: number[]) => ({ status: 'ONGOING', present });

const untilOver = (store: Store, talk: Talk) =>
  until('the call is over', async () => {
    await pause(LOOK_EVERY_MS);
    return (await readCall(store, talk)).status === 'ENDED';
  });

/** Someone comes back to another node, a little later. */
async function move({ caller }: Talk, { url }: ServerProcess) {
  await pause(MOVES_AFTER_MS);
  return openTab({ ...caller, url });
}

/** kill -9 of one node: the calls of its users with someone on another node, and with nobody else. */
async function killOne(world: World, [dying, staying]: readonly ServerProcess[]): Promise<Talk[]> {
  const { store } = world;
  if (!dying || !staying) throw new Error('there are two at least');
  const across = await startTalk(staying.url, dying.url);
  const [together, moving] = [await startTalk(dying.url, dying.url), await startTalk(dying.url, dying.url)];
  world.fault('kill -9 of the node of one, of both, and of one who moves');
  const killedAt = performance.now();
  await dying.kill();
  const moved = await move(moving, staying);
  for (const [tab, { callId, callee }] of [
    [across.tabs[0], across],
    [moved, moving],
  ] as const) {
    await until('the other one is told', () => tab.told('call:left').length > 0);
    world.figure('the other one was told', performance.now() - killedAt, GONE_MS, 1);
    expect(tab.told('call:left')).toMatchObject([{ callId, userId: callee.userId }]);
  }
  await untilOver(store, together);
  world.figure('a call of which no other node knew was over', performance.now() - killedAt, GONE_MS, 1);
  for (const talk of [across, moving]) expect(await readCall(store, talk)).toEqual(ONGOING(talk.caller.userId));
  return [across, moving];
}

test('F18: who is in a call and whose node is killed -9 is out of it in time, unless they come back; without anyone left it is over', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F18-calls',
    nodes: pick(2, 4),
    async run(world) {
      const [across, moving] = (await killOne(world, world.nodes)) as [Talk, Talk];

      world.fault('kill -9 of all nodes, one of which starts again');
      const killedAt = performance.now();
      await Promise.all(world.nodes.map((node) => node.kill()));
      await world.server.start();
      const back = await move(moving, world.server);
      await untilOver(store, across);
      world.figure('a call whose nodes had all died was over', performance.now() - killedAt, GONE_MS, 1);
      expect(await readCall(store, moving)).toEqual(ONGOING(moving.caller.userId));
      back.close();
    },
  });
});
