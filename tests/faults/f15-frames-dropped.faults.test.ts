import { test } from 'vitest';
import { randomFrom } from '../lib/random.js';
import { createFrameDropper } from './lib/frame-dropper.js';
import { runFault } from './lib/run-fault.js';
import { pick, seed } from './lib/scale.js';
import { someStoreKinds, startStore } from './lib/store.js';

/** The protocol's beat, or a shorter one in the quick set. */
const beatMs = pick(2_000, 10_000);

test.each(someStoreKinds)(
  'F15: on %s, readers who lose frames while connected find out and have everything, the last message too',
  async (kind) => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F15',
      failPoints: { beatMs },
      async run(world) {
        const random = randomFrom(seed);
        let isLost = (_text: string) => false;
        const { url } = await world.proxy({ toClient: () => createFrameDropper((text) => isLost(text)) });
        for (const kind of ['sdk', 'sdk'] as const) await world.addReader(kind, url);
        for (const kind of ['sdk', 'raw'] as const) await world.addWriter(kind);

        world.fault('three of ten events are lost');
        isLost = (text) => text.startsWith('42[') && random() < 0.3;
        await world.untilAcked(pick(200, 1_000));
        world.fault('every message is lost');
        isLost = (text) => text.startsWith('42["message:new"');
        await world.untilAcked(5);
        await world.stopWriting();
        const lostAt = performance.now();
        await world.settle();
        world.figure(`everyone has everything, with a beat of ${beatMs / 1000} s,`, performance.now() - lostAt, 15_000);
      },
    });
  },
);
