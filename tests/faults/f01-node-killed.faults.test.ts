import { describe, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startStore, storeKinds } from './lib/store.js';
import type { World } from './lib/world.js';

const kills = pick(3, 10);

/** kill -9 while messages are on their way, and a new start, again and again. Returns how long the slowest took. */
async function killAgainAndAgain(world: World, times: number): Promise<number> {
  let slowest = 0;
  for (let n = 1; n <= times; n += 1) {
    await world.untilAcked(20 + Math.floor(world.random() * 40));
    world.fault(`kill -9, ${n} of ${times}`);
    const killedAt = performance.now();
    await world.server.kill();
    await world.server.start();
    await world.untilLive();
    slowest = Math.max(slowest, performance.now() - killedAt);
  }
  await world.untilAcked(20);
  return slowest;
}

describe.each(storeKinds)('F1 on %s', (kind) => {
  test(`a node killed -9 mid-send ${kills} times: nothing acked is lost, everyone has everything once and in order`, async () => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F1',
      async run(world) {
        await world.addEveryone();
        world.figure('everyone live again', await killAgainAndAgain(world, kills), 5_000);
      },
    });
  });
});
