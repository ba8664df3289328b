import { createChatClient } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { runFault } from './lib/run-fault.js';
import { someStoreKinds, startStore } from './lib/store.js';
import { until } from './lib/wait.js';

/** Entries of the room's log that are kept. */
const KEPT = 30;
/** More than a page of history, and by far more than is kept. */
const MISSED = 150;

test.each(someStoreKinds)(
  'F20: on %s, a client that was away for longer than the log is kept loads anew, and has what the database has',
  async (kind) => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F20',
      env: { ROOM_LOG_MAX_ENTRIES: String(KEPT) },
      async run(world) {
        const { roomId } = world;
        const proxy = await world.proxy();
        const away = await world.addReader('sdk', proxy.url);
        await world.addReader('sdk');
        for (const kind of ['sdk', 'raw'] as const) await world.addWriter(kind);
        await world.untilAcked(40);

        world.fault('a client is gone');
        proxy.refuse();
        await until('it has noticed', () => !away.isLive());
        const since = away.list().at(-1)?.seq ?? 0;
        await world.untilAcked(MISSED);
        const chat = createChatClient(await world.login());
        const { rooms } = await chat.rooms.sync({ rooms: { [roomId]: { since } } });
        expect(rooms[roomId]).toMatchObject({ reset: true });

        world.fault('it is back');
        proxy.accept();
        const back = await until('it is back', () => away.isLive());
        world.print(`live again after ${Math.round(back)} ms`);
        await world.untilAcked(20);
      },
    });
  },
);
