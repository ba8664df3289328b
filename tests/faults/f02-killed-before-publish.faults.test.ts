import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { someStoreKinds, startStore } from './lib/store.js';

test.each(someStoreKinds)(
  'F2: on %s, a message whose node died between commit and publish is acked once, and reaches everyone',
  async (kind) => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F2',
      failPoints: { killAtPublish: 40 },
      async run(world) {
        await world.addEveryone();
        await world.server.killedItself();
        world.fault('killed itself between commit and publish');
        const killedAt = performance.now();
        await world.server.start();
        await world.untilLive();
        await world.untilAcked(20);
        await world.settle();
        expect(world.history.count('unknown')).toBeGreaterThan(0);
        world.figure('everyone has everything', performance.now() - killedAt, 15_000);
      },
    });
  },
);
