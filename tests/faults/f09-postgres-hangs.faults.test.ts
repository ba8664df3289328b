import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { startPostgresStore } from './lib/store.js';
import type { World } from './lib/world.js';

const SENDERS = 200;
const SENDERS_PER_USER = 10;
const HANG_MS = 10_000;

async function addSenders(world: World): Promise<void> {
  for (let n = 0; n < SENDERS; n += SENDERS_PER_USER) {
    const login = await world.login();
    for (let i = 0; i < SENDERS_PER_USER; i += 1) await world.addWriter('raw', { ...login, pauseMs: 100 });
  }
  await world.untilLive();
}

/** The slowest answer to a call since an instant of the history, good or bad. */
const slowestAnswer = ({ history }: World, since: number): number =>
  Math.max(
    ...[...history.of('acked'), ...history.of('unknown')].filter(({ at }) => at >= since).map(({ ms = 0 }) => ms),
  );

test('F9: PostgreSQL hangs for 10 s under 200 senders, with a pool of 2: every call is answered in time, memory stays flat', async () => {
  await using store = await startPostgresStore({ poolSize: 2 });
  await runFault(store, {
    id: 'F9',
    async run(world) {
      for (const kind of ['sdk', 'raw'] as const) await world.addReader(kind);
      await addSenders(world);
      await world.untilAcked(SENDERS);

      const before = world.server.memoryMb();
      let top = before;
      const sampling = setInterval(() => {
        top = Math.max(top, world.server.memoryMb());
      }, 100);
      const since = world.history.now();
      world.fault('PostgreSQL hangs');
      const resume = store.hang();
      try {
        await pause(HANG_MS);
      } finally {
        resume();
        clearInterval(sampling);
      }
      world.fault('PostgreSQL answers again');
      await world.untilAcked(SENDERS);
      world.print(`memory grew by ${Math.round(top - before)} MB during the hang, from ${Math.round(before)}`);
      // Timers decide here, not the speed of the machine.
      world.figure('the slowest call was answered', slowestAnswer(world, since), 5_000, 1.5);
    },
  });
});
