import { expect, test } from 'vitest';
import { randomFrom } from '../lib/random.js';
import { createFrameDropper } from './lib/frame-dropper.js';
import { type Fault, harmOf, runFault } from './lib/run-fault.js';
import { seed } from './lib/scale.js';
import { startPostgresStore, startStore } from './lib/store.js';

// Each promise rests on a guard. Without the guard the checker must find the harm: else it would prove nothing.

test('without the same clientId on a second try, a message whose ack was lost is found twice', async () => {
  await using store = await startStore('postgres');
  const harm = await harmOf(store, {
    id: 'guard-dedupe',
    failPoints: { killAtPublish: 5 },
    async run(world) {
      await world.addReader('raw');
      await world.addWriter('raw', { sameClientId: false });
      await world.server.killedItself();
      await world.server.start();
      await world.untilAcked(10);
    },
  });
  expect(harm.join('\n')).toMatch(/C1 stored 2 times/);
});

const MESSAGES = 10;

/** The last message is committed, and nobody is told: nothing follows that would bring it along. */
const loseTheLast = (beatMs: number): Fault => ({
  id: 'guard-repair',
  failPoints: { beatMs, loseAtPublish: MESSAGES },
  async run(world) {
    await world.addReader('raw');
    await world.addWriter('raw', { count: MESSAGES, refusedShare: 0 });
    await world.untilAcked(MESSAGES);
  },
});

test('a message that nobody was told of is repaired by the beat, for a reader without the SDK too', async () => {
  await using store = await startStore('postgres');
  await runFault(store, loseTheLast(1_000));
});

test('without the beat it is found lost', async () => {
  await using store = await startStore('postgres');
  const harm = await harmOf(store, loseTheLast(10 * 60_000));
  expect(harm).toEqual([expect.stringMatching(/C2 raw reader 1 lost 1/)]);
});

test('without the SDK’s order, a reader who loses frames is found to have a hole', async () => {
  await using store = await startStore('postgres');
  const random = randomFrom(seed);
  let lossy = false;
  const harm = await harmOf(store, {
    id: 'guard-order',
    async run(world) {
      const isLost = (text: string) => lossy && text.startsWith('42["message:new"') && random() < 0.3;
      const { url } = await world.proxy({ toClient: () => createFrameDropper(isLost) });
      await world.addReader('raw', url);
      await world.addWriter('raw');
      lossy = true;
      await world.untilAcked(50);
      lossy = false;
    },
  });
  expect(harm.join('\n')).toMatch(/C2 raw reader 1 was told seq \d+ after a hole/);
});

/** The last message is told on its own node, and on its way to the other one it is lost. */
const loseTheLastBetweenNodes = (beatMs: number): Fault => ({
  id: 'guard-repair-nodes',
  nodes: 2,
  failPoints: { beatMs, loseOnBus: MESSAGES },
  async run(world) {
    const [first, second] = world.nodes.map(({ url }) => url);
    await world.addReader('raw', second);
    await world.addWriter('raw', { count: MESSAGES, refusedShare: 0, ...(first && { url: first }) });
    await world.untilAcked(MESSAGES);
  },
});

test('a message that is lost between two nodes is repaired by the beat of the other one', async () => {
  await using store = await startPostgresStore();
  await runFault(store, loseTheLastBetweenNodes(1_000));
});

test('without the beat it is found lost on the other node', async () => {
  await using store = await startPostgresStore();
  const harm = await harmOf(store, loseTheLastBetweenNodes(10 * 60_000));
  expect(harm).toEqual([expect.stringMatching(/C2 raw reader 1 lost 1/)]);
});

test('without the order of the log, readers of a node with a slow link are found to be told too late', async () => {
  await using store = await startPostgresStore();
  const harm = await harmOf(store, {
    id: 'guard-order-nodes',
    nodes: 2,
    failPoints: { unordered: true },
    async run(world) {
      for (const node of world.nodes) {
        await world.addReader('raw', node.url);
        await world.addWriter('raw', { url: node.url });
      }
      world.links[0]?.delay(() => 50 + world.random() * 150);
      await world.untilAcked(50);
    },
  });
  expect(harm.join('\n')).toMatch(/C2 raw reader \d was told seq \d+ too late/);
});
