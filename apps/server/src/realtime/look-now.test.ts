import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryHub } from '../test/memory-nodes.js';
import { EVERYONE } from './channels.js';
import { createLookNow, JITTER_MS } from './look-now.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function startNodes<Ids extends string[]>(...nodeIds: Ids) {
  const hub = createMemoryHub();
  const nodes = nodeIds.map((nodeId) => {
    const bus = hub.node(nodeId);
    const looks = { standings: vi.fn(), logs: vi.fn() };
    return { bus, looks, ...createLookNow(bus, looks) };
  }) as { [I in keyof Ids]: ReturnType<typeof createLookNow> & Started };
  /** How often each has looked. */
  const looked = (what: keyof Started['looks']) => nodes.map(({ looks }) => looks[what].mock.calls.length);
  return { hub, nodes, looked };
}

interface Started {
  bus: ReturnType<ReturnType<typeof createMemoryHub>['node']>;
  looks: Record<'standings' | 'logs', ReturnType<typeof vi.fn>>;
}

test('told of a change of a standing, all others look at once, and learn nothing but that', async () => {
  const { hub, nodes, looked } = startNodes('a', 'b', 'c');
  nodes[0].tell('standings');
  await pass(1);
  expect([looked('standings'), looked('logs')]).toEqual([
    [0, 1, 1],
    [0, 0, 0],
  ]);
  expect(hub.said).toEqual([{ from: 'a', channel: EVERYONE, message: { look: 'standings' } }]);
});

test('however many tell, a node looks once a second', async () => {
  const { nodes, looked } = startNodes('a', 'b', 'c');
  for (let n = 0; n < 90; n++) {
    for (const { tell } of nodes) tell('standings');
    await pass(10);
  }
  expect(looked('standings')).toEqual([1, 1, 1]);
  await pass(1_000);
  expect(looked('standings')).toEqual([2, 2, 2]);
});

test('a node that hears the others again has them look how far the logs are', async () => {
  const { nodes, looked } = startNodes('a', 'b', 'c');
  nodes[0].bus.setUp(false);
  await pass(JITTER_MS);
  expect(looked('logs')).toEqual([0, 0, 0]);
  nodes[0].bus.setUp(true);
  await pass(JITTER_MS);
  expect([looked('logs'), looked('standings')]).toEqual([
    [0, 1, 1],
    [0, 0, 0],
  ]);
});

test('when all come up together, none looks as often as there are nodes', async () => {
  const { nodes, looked } = startNodes('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  for (const { bus } of nodes) bus.setUp(false);
  for (const { bus } of nodes) {
    bus.setUp(true);
    await pass(50);
  }
  await pass(10_000);
  expect(looked('logs')[0]).toBeGreaterThan(0);
  for (const times of looked('logs')) expect(times).toBeLessThanOrEqual(2);
});

test('what another version asks to be looked for is left alone', async () => {
  const { nodes, looked } = startNodes('a', 'b');
  for (const look of ['toString', 'news', 1, null]) nodes[0].bus.send(EVERYONE, { look });
  await pass(JITTER_MS);
  expect([...looked('standings'), ...looked('logs')]).toEqual([0, 0, 0, 0]);
});

test('closed, it looks no more', async () => {
  const { nodes } = startNodes('a', 'b');
  nodes[1].close();
  for (const what of ['standings', 'logs'] as const) nodes[0].tell(what);
  expect(vi.getTimerCount()).toBe(0);
});
