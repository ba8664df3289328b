import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import { startStore } from './lib/store.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

/** Three bytes each in UTF-8. */
const PADDING = '漢'.repeat(3_900);
const MESSAGE_MB = (PADDING.length * 3) / 1024 / 1024;
const WRITERS = 4;
const PUSHED_MB = pick(16, 50);

/** Of all who read on: the time from a send to its delivery that 99 of 100 stay under, in milliseconds. */
function p99({ history }: World, from: number, to: number, except: string): number {
  const sentAt = new Map(history.of('sent').map(({ content, at }) => [content, at]));
  const times = history
    .of('told')
    .filter((entry) => entry.to !== except && entry.at >= from && entry.at < to)
    .map(({ content, at }) => at - (sentAt.get(content) ?? at))
    .sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}

const pushed = (world: World, mb: number) => world.untilAcked(Math.ceil(mb / MESSAGE_MB));

test('F11: a consumer that stops reading is cut, nobody else is slowed down, and it has everything when it is back', async () => {
  await using store = await startStore('postgres');
  await runFault(store, {
    id: 'F11',
    async run(world) {
      for (const kind of ['sdk', 'raw'] as const) await world.addReader(kind);
      const proxy = await world.proxy();
      const slow = await world.addReader('sdk', proxy.url);
      for (let n = 0; n < WRITERS; n += 1) await world.addWriter('raw', { padding: PADDING, pauseMs: 0 });
      await pushed(world, 2);
      const startedAt = world.history.now();
      await pushed(world, 3);

      const frozenAt = world.history.now();
      const before = world.server.memoryMb();
      world.fault('a consumer stops reading');
      proxy.freeze();
      const isCut = () => world.history.of('log').some(({ text }) => text.includes('slow consumer cut'));
      await Promise.all([until('the slow consumer is cut', isCut), pushed(world, PUSHED_MB)]);
      const thawedAt = world.history.now();
      const cut = world.history.of('log').find(({ text }) => text.includes('slow consumer cut'));
      world.print(`cut ${(cut?.at ?? 0) - frozenAt} ms after it stopped reading: ${cut?.text}`);
      world.print(
        `memory grew by ${Math.round(world.server.memoryMb() - before)} MB while ${PUSHED_MB} MB were pushed`,
      );

      const [usual, meanwhile] = [
        p99(world, startedAt, frozenAt, slow.name),
        p99(world, frozenAt, thawedAt, slow.name),
      ];
      world.print(`p99 of the others: ${meanwhile} ms, ${usual} ms before`);
      world.fault('it reads again');
      proxy.thaw();
      await until('it is back', () => slow.isLive());
      expect(cut).toBeDefined();
    },
  });
});
