import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startPostgresStore } from './lib/store.js';

test('F8: PostgreSQL restarted as after a crash: nothing acked is lost, callers see UNAVAILABLE, a retry makes no duplicate', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F8',
    async run(world) {
      await world.addEveryone();
      let slowest = 0;
      for (let n = 1; n <= pick(2, 8); n += 1) {
        await world.untilAcked(40);
        world.fault(`PostgreSQL crashes, ${n}`);
        const crashedAt = performance.now();
        await store.crash();
        await world.untilAcked(1);
        slowest = Math.max(slowest, performance.now() - crashedAt);
      }
      await world.untilAcked(40);
      world.figure('first ack', slowest, 5_000);
      expect([...new Set(world.history.of('unknown').map(({ code }) => code))]).toEqual(['UNAVAILABLE']);
    },
  });
});
