import { test } from 'vitest';
import { deliveries, quantile } from './lib/deliveries.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startPostgresStore } from './lib/store.js';

test('F14: a node whose link to Redis is slow: every reader, with the SDK or without, is told in the order of the log', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F14',
    nodes: pick(2, 4),
    async run(world) {
      const { history, random } = world;
      await world.addEveryone();
      await world.untilAcked(50);
      world.fault('the link of one node takes 50 to 200 ms');
      const from = history.now();
      world.links[0]?.delay(() => 50 + random() * 150);
      await world.untilAcked(pick(400, 4_000));
      await world.settle();
      const times = deliveries(world, { from, to: history.now(), sameNode: false, since: 'acked' });
      world.print(
        `from an acknowledgement on one node to a delivery on the other: ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms`,
      );
      world.figure('the last gap was filled', quantile(times, 1), 1_000);
    },
  });
});
