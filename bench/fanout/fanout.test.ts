import { expect, test } from 'vitest';
import { randomFrom } from '../../tests/lib/random.js';
import { type Community, flowOf } from './model.js';
import { sample } from './sample.js';

const community = (changes: Partial<Community> = {}): Community => ({
  online: 2_000,
  onlineShare: 0.25,
  kinds: [
    { name: 'pair', size: 2, perUser: 5, messageShare: 0.6 },
    { name: 'team', size: 40, perUser: 1, messageShare: 0.4 },
  ],
  messagesPerMinute: 3,
  sessionMinutes: 20,
  ...changes,
});

test('with one node every message comes to one, and it has every room with someone online', () => {
  const pairs = community({ kinds: [{ name: 'pair', size: 2, perUser: 1, messageShare: 1 }], onlineShare: 0.5 });
  const flow = flowOf(pairs, 1);
  expect(flow.messagesPerSecond).toBe(100);
  expect(flow.nodesPerMessage).toBe(1);
  expect(flow.deliveriesPerMessage).toBe(1.5);
  // 4,000 users in 2,000 pairs, a quarter of which has nobody online.
  expect(flow.roomsPerNode).toBe(1_500);
  expect(flow.companions).toBe(0.5);
  expect(flow.presenceChangesPerSecond).toBeCloseTo(3.33, 2);
});

test('everyone online on many nodes: a pair is on two of them, but for the chance to be on one', () => {
  const pairs = community({ kinds: [{ name: 'pair', size: 2, perUser: 1, messageShare: 1 }], onlineShare: 1 });
  expect(flowOf(pairs, 10).nodesPerMessage).toBeCloseTo(1.9, 10);
});

test('of a crowded room nobody is told who comes and goes', () => {
  const crowd = community({ kinds: [{ name: 'crowd', size: 1_000, perUser: 1, messageShare: 1 }] });
  expect(flowOf(crowd, 2).companions).toBe(0);
  expect(sample(crowd, 2, 10, randomFrom(1)).companions).toBe(0);
});

test.each([1, 4, 16])('what is counted with %i nodes is what the formulas say', (nodes) => {
  const [flow, counted] = [flowOf(community(), nodes), sample(community(), nodes, 20_000, randomFrom(7))];
  for (const figure of ['deliveriesPerMessage', 'nodesPerMessage', 'roomsPerNode', 'companions'] as const) {
    expect(Math.abs(counted[figure] / flow[figure] - 1), figure).toBeLessThan(0.05);
  }
});

test('the same seed draws the same', () => {
  expect(sample(community(), 4, 100, randomFrom(3))).toEqual(sample(community(), 4, 100, randomFrom(3)));
});
