import { setTimeout as pause } from 'node:timers/promises';
import { createChatClient } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { watchPresence } from './lib/presence.js';
import { runFault } from './lib/run-fault.js';
import { pick } from './lib/scale.js';
import type { ServerProcess } from './lib/server.js';
import { startPostgresStore } from './lib/store.js';
import { until } from './lib/wait.js';
import type { World } from './lib/world.js';

const HANG_MS = pick(6_000, 20_000);
/** Of a node; the server's. */
const LEASE_MS = 15_000;
const ASK_EVERY_MS = 200;

interface Hang {
  /** The nodes that Redis does not answer. */
  hit(world: World): readonly ServerProcess[];
  begin(world: World): void;
  end(world: World): void;
  /** It lasts for so long that other nodes take the one that is hit for dead. */
  takesForDead: boolean;
}

const hangs: Record<string, Hang> = {
  'Redis itself hangs': {
    hit: ({ nodes }) => nodes,
    begin: ({ redis }) => redis.pause(),
    end: ({ redis }) => redis.resume(),
    takesForDead: false,
  },
  'the way of one node to Redis is a black hole': {
    hit: ({ nodes }) => nodes.slice(0, 1),
    begin: ({ links }) => links[0]?.freeze(),
    end: ({ links }) => links[0]?.thaw(),
    takesForDead: HANG_MS > LEASE_MS,
  },
};

/** Asks every node who is there, over and over; `end` returns the slowest answer. One that is an error rejects there. */
async function askForPresence(world: World) {
  const { nodes, roomId } = world;
  let going = true;
  const ask = async (node: ServerProcess) => {
    const chat = createChatClient(await world.login(node.url));
    let slowest = 0;
    while (going) {
      const startedAt = performance.now();
      const { onlineCount } = await chat.presence.list({ roomId });
      slowest = Math.max(slowest, performance.now() - startedAt);
      expect(onlineCount).toBeGreaterThan(0);
      await pause(ASK_EVERY_MS);
    }
    return slowest;
  };
  const asked = Promise.all(nodes.map(ask));
  asked.catch(() => {});
  return {
    async end(): Promise<number> {
      going = false;
      return Math.max(...(await asked));
    },
  };
}

test.each(Object.entries(hangs))(
  'F6: %s: sends are acknowledged in time, presence answers, the nodes say that they are degraded',
  async (how, hang) => {
    await using store = await startPostgresStore();
    await runFault(store, {
      id: 'F6',
      nodes: pick(2, 4),
      async run(world) {
        const { history } = world;
        await world.addEveryone();
        await world.untilAcked(50);
        const presence = await watchPresence(world);
        const answers = await askForPresence(world);

        const hit = hang.hit(world);
        const others = world.nodes.filter((node) => !hit.includes(node));
        world.fault(how);
        const since = history.now();
        hang.begin(world);
        try {
          const noticed = await until('the nodes say that they are degraded', async () =>
            (await Promise.all(hit.map((node) => node.readiness()))).every((text) => text === 'degraded'),
          );
          world.figure('the nodes say that they are degraded', noticed, 2_500);
          await pause(HANG_MS);
          for (const node of hit) expect(await node.readiness()).toBe('degraded');
          for (const node of others) expect(await node.readiness()).toBe('ready');
        } finally {
          hang.end(world);
        }
        const acks = history.of('acked').filter(({ at }) => at >= since);
        world.fault('Redis answers again');
        const ready = await Promise.all(world.nodes.map((node) => node.untilReady()));
        world.figure('the nodes heard each other again', Math.max(...ready), 10_000);
        await world.untilAcked(50);
        world.figure('the slowest send was acknowledged', Math.max(...acks.map(({ ms = 0 }) => ms)), 1_000, 1.5);
        world.figure('the slowest answer about presence came', await answers.end(), 1_000, 1.5);
        expect(history.of('unknown')).toEqual([]);
        world.figure('each node knew of everyone', await presence.untilWhole(), 30_000, 1);
        if (!hang.takesForDead) expect(presence.gone()).toEqual([]);
        presence.close();
      },
    });
  },
);
