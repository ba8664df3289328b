import { test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startPostgresStore } from './lib/store.js';
import { startStorm } from './lib/storm.js';
import { until } from './lib/wait.js';

const SOCKETS = pick(1_000, 5_000);

test(`F12: ${SOCKETS} sockets lose all their nodes at once: they are all back, let in and synced soon`, async () => {
  await using store = await startPostgresStore({ poolSize: 20 });
  await runFault(store, {
    id: 'F12',
    nodes: 2,
    async run(world) {
      for (const kind of ['sdk', 'raw'] as const) {
        await world.addReader(kind);
        await world.addWriter(kind, { pauseMs: 500 });
      }
      using storm = await startStorm(world, { sockets: SOCKETS, processes: pick(1, 4) });
      await storm.write('before the storm');
      world.print(`${SOCKETS} sockets synced after ${Math.round(await storm.untilSynced())} ms, at leisure`);

      world.fault('kill -9 of all nodes');
      const killedAt = performance.now();
      await Promise.all(world.nodes.map((node) => node.kill()));
      await until('the clients have noticed', () => storm.live() === 0);
      await Promise.all(world.nodes.map((node) => node.start()));
      world.print(`the nodes listen again after ${Math.round(performance.now() - killedAt)} ms`);
      await storm.write('after the storm');
      await storm.untilSynced();
      world.figure(`${SOCKETS} sockets were back and synced`, performance.now() - killedAt, 30_000, 2);
      await world.untilLive();
    },
  });
});
