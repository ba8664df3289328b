import { createChatClient } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { openSdkReader } from './lib/readers.js';
import { runFault } from './lib/run-fault.js';
import { someStoreKinds, startStore } from './lib/store.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

const HOUR_MS = 60 * 60_000;

/** Someone types once; it is seen, and seen to end by itself. */
async function typesOnce(world: World): Promise<void> {
  const { roomId, history } = world;
  const typist = openSdkReader({ ...(await world.login()), name: 'typist', roomId, history });
  const watcher = openSdkReader({ ...(await world.login()), name: 'watcher', roomId, history });
  try {
    await until('both are in the room', () => typist.isLive() && watcher.isLive());
    const seen = () => watcher.chat.room(roomId).get().typingUserIds.length;
    await typist.chat.call('typing.start', { roomId });
    await until('typing is seen', () => seen() === 1);
    await until('typing ends', () => seen() === 0);
  } finally {
    typist.close();
    watcher.close();
  }
}

/** What is made has the time of the database, whose clock is ours. */
async function makesRoom(world: World): Promise<void> {
  const chat = createChatClient(await world.login());
  const { id: roomId, createdAt } = await chat.rooms.create({ name: 'Made ahead', memberIds: [] });
  const { items: members } = await chat.members.list({ roomId });
  const times = [createdAt, ...members.map(({ joinedAt }) => joinedAt)];
  expect(times.length).toBe(2);
  for (const time of times) expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(HOUR_MS / 2);
}

test.each(someStoreKinds)(
  'F16: on %s, a node whose clock is an hour ahead, and right again: the order stays, no timer is negative',
  async (kind) => {
    await using store = await startStore(kind);
    await runFault(store, {
      id: 'F16',
      failPoints: {},
      async run(world) {
        await world.addEveryone();
        for (const clockAheadMs of [HOUR_MS, 0]) {
          await world.untilAcked(40);
          world.fault(`the node starts anew, its clock ${clockAheadMs} ms ahead`);
          await world.server.kill();
          await world.server.start({ clockAheadMs });
          await world.untilLive();
          await world.untilAcked(40);
          if (clockAheadMs === 0) continue;
          await typesOnce(world);
          await makesRoom(world);
        }
      },
    });
  },
);
