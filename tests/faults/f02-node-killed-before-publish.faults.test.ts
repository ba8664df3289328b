import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { readRoom, startPostgresStore } from './lib/store.js';
import { until } from './lib/wait.js';

test('F2: a message whose node died between commit and publish reaches readers on another node, though nothing follows it', async () => {
  await using store = await startPostgresStore();
  await runFault(store, {
    id: 'F2-nodes',
    nodes: pick(2, 4),
    failPoints: { killAtPublish: 40 },
    async run(world) {
      const { server, nodes, history } = world;
      const other = nodes[1]?.url;
      const readers = [await world.addReader('sdk', other), await world.addReader('raw', other)];
      await world.addReader('raw', server.url);
      // Who writes at the dead node waits for it.
      for (const kind of ['sdk', 'raw'] as const) await world.addWriter(kind, { url: server.url });
      await server.killedItself();
      world.fault('killed itself between commit and publish');
      const { stored } = await readRoom(store, world.roomId);
      const last = stored.at(-1);
      expect(history.of('acked').some(({ id }) => id === last?.id)).toBe(false);
      const took = await until('the other node has told it', () =>
        readers.every((reader) => reader.list().some(({ id }) => id === last?.id)),
      );
      world.figure('readers on the other node have everything', took, 15_000);
      await server.start();
      await world.untilLive();
      await world.untilAcked(20);
    },
  });
});
