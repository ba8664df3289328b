import { test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import type { ServerProcess } from './lib/server.js';
import { startPostgresStore } from './lib/store.js';
import type { World } from './lib/world.js';

/** kill -9 of one node after the other: whoever was there through the front comes back to another one meanwhile. */
async function killInTurn(world: World, times: number): Promise<void> {
  let slowest = 0;
  for (let n = 0; n < times; n += 1) {
    await world.untilAcked(20 + Math.floor(world.random() * 40));
    const node = world.nodes[n % world.nodes.length] as ServerProcess;
    world.fault(`kill -9, ${n + 1} of ${times}`);
    const killedAt = performance.now();
    await node.kill();
    await node.start();
    await world.untilLive();
    slowest = Math.max(slowest, performance.now() - killedAt);
  }
  await world.untilAcked(20);
  world.figure(`killed ${times} times: everyone live again`, slowest, 5_000);
}

test('F1: one of several nodes killed -9 mid-send, again and again: nothing acked is lost, on no node', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F1-nodes',
    nodes: pick(2, 4),
    async run(world) {
      await world.addEveryone();
      for (const kind of ['sdk', 'raw'] as const) {
        await world.addReader(kind, world.front.url);
        await world.addWriter(kind, { url: world.front.url });
      }
      await killInTurn(world, pick(4, 12));
    },
  });
});
