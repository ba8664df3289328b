import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { redisCommand } from '../../scripts/lib/redis-command.js';
import { watchPresence } from './lib/presence.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startPostgresStore } from './lib/store.js';
import type { World } from './lib/world.js';

const ROUNDS = pick(3, 10);

/** Of all nodes at once, by Redis itself: those that are subscribed and those that are not. */
async function killAll({ redis }: World): Promise<void> {
  for (const type of ['normal', 'pubsub']) await redisCommand(redis, 'CLIENT', 'KILL', 'TYPE', type);
}

test('F5: connections to Redis killed three times in a second, of one node and of all: nothing is lost, doubled or out of order', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F5',
    nodes: pick(2, 4),
    async run(world) {
      await world.addEveryone();
      const presence = await watchPresence(world);
      for (let round = 0; round < ROUNDS; round += 1) {
        await world.untilAcked(50);
        const ofOne = round % 2 === 0;
        world.fault(`the connections to Redis of ${ofOne ? 'one node' : 'all nodes'} are killed three times`);
        for (let n = 0; n < 3; n += 1) {
          if (ofOne) world.links[round % world.links.length]?.cut();
          else await killAll(world);
          await pause(150 + world.random() * 350);
        }
      }
      const healed = await Promise.all(world.nodes.map((node) => node.untilReady()));
      world.figure('the nodes heard each other again', Math.max(...healed), 10_000);
      await world.untilAcked(50);
      world.figure('each node knew of everyone', await presence.untilWhole(), 30_000, 1);
      expect(presence.gone()).toEqual([]);
      presence.close();
    },
  });
});
