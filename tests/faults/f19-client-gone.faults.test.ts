import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runScript } from '../../apps/server/src/test/child.js';
import { openSdkReader } from './lib/readers.js';
import { runFault } from './lib/run-fault.js';
import { startStore } from './lib/store.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

const CLIENT = join(import.meta.dirname, 'lib/client-main.ts');

/** A member who has started a call, takes part in it, and sees who is there. */
async function startWatcher(world: World) {
  const { roomId, history } = world;
  const reader = openSdkReader({ ...(await world.login()), name: 'watcher', roomId, history });
  await until('the watcher is in the room', reader.isLive);
  const { callId } = await reader.chat.calls.start({ roomId, callType: 'AUDIO' });
  await reader.chat.calls.answer({ callId });
  const snapshot = () => reader.chat.room(roomId).get();
  return {
    close: reader.close,
    isTyping: (userId: number) => snapshot().typingUserIds.includes(userId),
    takesPart: (userId: number) =>
      snapshot().activeCall?.participants.some((one) => one.userId === userId && one.leftAt === null) ?? false,
  };
}

type Watcher = Awaited<ReturnType<typeof startWatcher>>;

/** Someone in a process of their own, who types and takes part in the call. */
async function startClient(world: World, watcher: Watcher, url: string) {
  const { userId, token } = await world.login(url);
  const script = runScript(CLIENT, [url, token, String(world.roomId)], ['env', 'NODE_OPTIONS=--conditions=source']);
  expect(await script.nextLine()).toBe('typing');
  await until('the client is seen', () => watcher.isTyping(userId) && watcher.takesPart(userId));
  return { userId, script };
}

async function untilGone(world: World, watcher: Watcher, userId: number, how: string, callMs: number): Promise<void> {
  const startedAt = performance.now();
  const isOver = async (what: string, isSo: () => boolean, promisedMs: number) => {
    await until(`${what} ends`, isSo);
    world.figure(`${how}: ${what} gone`, performance.now() - startedAt, promisedMs);
  };
  await Promise.all([
    isOver('typing', () => !watcher.isTyping(userId), 6_000),
    isOver('the participant', () => !watcher.takesPart(userId), callMs),
  ]);
}

test('F19: a client killed, or black-holed, while it types and is in a call stops typing and is out of the call', async () => {
  await using store = await startStore('postgres');
  await runFault(store, {
    id: 'F19',
    async run(world) {
      const watcher = await startWatcher(world);
      const proxy = await world.proxy();
      const killed = await startClient(world, watcher, world.server.url);
      using _script = killed.script;
      const silent = await startClient(world, watcher, proxy.url);
      using _other = silent.script;

      world.fault('one client is killed, one hears and says nothing more');
      proxy.freeze();
      await killed.script.kill();
      await Promise.all([
        untilGone(world, watcher, killed.userId, 'killed', 15_000),
        untilGone(world, watcher, silent.userId, 'black-holed', 30_000),
      ]);
      watcher.close();
    },
  });
});
