import { expect, test } from 'vitest';
import { freePort } from '../../scripts/lib/ports.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { createServerProcess } from './lib/server.js';
import { startStore } from './lib/store.js';
import type { World } from './lib/world.js';

/** kill -9 while messages are on their way, and a new start, again and again. */
async function killAgainAndAgain(world: World, times: number): Promise<void> {
  let [slowestStart, slowest] = [0, 0];
  for (let n = 1; n <= times; n += 1) {
    await world.untilAcked(20 + Math.floor(world.random() * 40));
    world.fault(`kill -9, ${n} of ${times}`);
    const killedAt = performance.now();
    await world.server.kill();
    await world.server.start();
    slowestStart = Math.max(slowestStart, performance.now() - killedAt);
    await world.untilLive();
    slowest = Math.max(slowest, performance.now() - killedAt);
  }
  await world.untilAcked(20);
  world.print(`killed ${times} times, listening again after ${Math.round(slowestStart)} ms at most`);
  world.figure('everyone live again', slowest, 5_000);
}

test('F1: a node killed -9 mid-send, again and again: nothing acked is lost, everyone has everything once and in order', async () => {
  await using store = await startStore('postgres');
  await runFault(store, {
    id: 'F1',
    async run(world) {
      await world.addEveryone();
      await killAgainAndAgain(world, pick(3, 10));
    },
  });
});

test('F10: a node with its embedded database killed -9, again and again: nothing acked is lost', async () => {
  await using store = await startStore('pglite');
  await runFault(store, {
    id: 'F10',
    async run(world) {
      await world.addEveryone();
      await killAgainAndAgain(world, pick(4, 20));
    },
  });
});

test('F10: a second process on one data directory is refused with a clear error, and does no harm', async () => {
  await using store = await startStore('pglite');
  await runFault(store, {
    id: 'F10-second',
    async run(world) {
      await world.addEveryone();
      await world.untilAcked(20);
      world.fault('a second process on the data directory');
      await using second = createServerProcess({ history: world.history, env: store.env, port: await freePort() });
      await expect(second.start()).rejects.toThrow(/DATA_DIR: .* is in use by another process \(pid \d+\)/);
      await world.untilAcked(20);
    },
  });
});
