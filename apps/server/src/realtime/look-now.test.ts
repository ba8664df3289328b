import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryHub } from '../test/memory-nodes.js';
import { EVERYONE } from './channels.js';
import { createLookNow } from './look-now.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function startNodes(...nodeIds: string[]) {
  const hub = createMemoryHub();
  const nodes = nodeIds.map((nodeId) => {
    const bus = hub.node(nodeId);
    const standings = vi.fn();
    return { bus, standings, lookNow: createLookNow(bus, { standings }) };
  });
  return { hub, nodes };
}

test('told of a change of a standing, all others look at once, and learn nothing but that', async () => {
  const { hub, nodes } = startNodes('a', 'b', 'c');
  nodes[0]?.lookNow.tell('standings');
  await pass(1);
  expect(nodes.map(({ standings }) => standings.mock.calls.length)).toEqual([0, 1, 1]);
  expect(hub.said).toEqual([{ from: 'a', channel: EVERYONE, message: { look: 'standings' } }]);
});

test('however many tell, a node looks once a second', async () => {
  const { nodes } = startNodes('a', 'b', 'c');
  for (let n = 0; n < 90; n++) {
    for (const { lookNow } of nodes) lookNow.tell('standings');
    await pass(10);
  }
  for (const { standings } of nodes) expect(standings).toHaveBeenCalledOnce();
  await pass(1_000);
  for (const { standings } of nodes) expect(standings).toHaveBeenCalledTimes(2);
});

test('what another version asks to be looked for is left alone', async () => {
  const { nodes } = startNodes('a', 'b');
  for (const look of ['toString', 'news', 1, null]) nodes[0]?.bus.send(EVERYONE, { look });
  await pass(1);
  expect(nodes[1]?.standings).not.toHaveBeenCalled();
});

test('closed, it looks no more', async () => {
  const { nodes } = startNodes('a', 'b');
  nodes[1]?.lookNow.close();
  nodes[0]?.lookNow.tell('standings');
  expect(vi.getTimerCount()).toBe(0);
});
