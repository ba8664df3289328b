import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deliveries, quantile } from './lib/deliveries.js';
import { watchPresence } from './lib/presence.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startPostgresStore } from './lib/store.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

const OUTAGE_MS = pick(5_000, 20_000);
/** Of usual delivery: enough sends for a figure. */
const USUAL_ACKS = 100;

/** Sends `acks` messages more in the usual way; returns how slow the slowest of 100 came from one node to another. */
async function crossNodeP99(world: World): Promise<number> {
  const from = world.history.now();
  await world.untilAcked(USUAL_ACKS);
  const to = world.history.now();
  await pause(1_000); // What was sent last is delivered.
  return quantile(deliveries(world, { from, to, sameNode: false }), 0.99);
}

test('F4: Redis is gone and comes back with nothing: each node serves its own as before, and hears the others again soon', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F4',
    nodes: pick(2, 4),
    async run(world) {
      const { redis, nodes, history } = world;
      await world.addEveryone();
      const presence = await watchPresence(world);
      world.print(`p99 from node to node: ${await crossNodeP99(world)} ms`);

      world.fault('Redis is gone');
      await redis.kill();
      const from = history.now();
      await pause(OUTAGE_MS);
      expect(await Promise.all(nodes.map((node) => node.readiness()))).toEqual(nodes.map(() => 'degraded'));
      const to = history.now();
      world.fault('Redis is back, with nothing');
      await redis.restart();
      const healed = await until('the nodes hear each other', async () =>
        (await Promise.all(nodes.map((node) => node.readiness()))).every((text) => text === 'ready'),
      );
      const without = deliveries(world, { from, to, sameNode: false });
      world.print(
        `by the log alone, from node to node: ${quantile(without, 0.5)} ms, at most ${quantile(without, 1)} ms`,
      );
      const own = quantile(deliveries(world, { from, to, sameNode: true }), 0.99);
      world.figure('without Redis, 99 of 100 deliveries on one node were made', own, 250);
      world.figure('the nodes heard each other again', healed, 10_000);
      world.figure('99 of 100 deliveries from node to node are made again', await crossNodeP99(world), 250);
      world.figure('each node knew of everyone', await presence.untilWhole(), 30_000, 1);
      expect(presence.gone()).toEqual([]);
      presence.close();
    },
  });
});
