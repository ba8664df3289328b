import { expect, test } from 'vitest';
import type { Costs } from './costs.js';
import type { Community } from './model.js';
import { BUSY_MAX, CONNECTIONS_MAX, sizeOf } from './sizing.js';

const costs: Costs = {
  deliveryUs: 20,
  messageUs: 100,
  databaseMessageUs: 50,
  connectionKb: 15,
  heardUs: 10,
  unwantedUs: 8,
  redisPublishUs: 5,
  redisTellUs: 2,
  busBytes: 400,
  walBytes: 700,
  storedBytes: 350,
};
const pairs = (online: number, messagesPerMinute: number): Community => ({
  online,
  onlineShare: 1,
  kinds: [{ name: 'pair', size: 2, perUser: 1, messageShare: 1 }],
  messagesPerMinute,
  sessionMinutes: 30,
});

test('where little is said, connections are what takes nodes; never fewer than two', () => {
  expect(sizeOf(pairs(1_000, 0), costs).nodes).toBe(2);
  expect(sizeOf(pairs(10 * CONNECTIONS_MAX, 0), costs).nodes).toBe(10);
});

test('where much is said it is the work, and no core is busier than it may be', () => {
  const size = sizeOf(pairs(100_000, 60), costs);
  expect(size.nodes).toBeGreaterThan(4);
  expect(size.nodesCores / size.nodes).toBeLessThanOrEqual(BUSY_MAX);
  // 100,000 messages a second to two people, on two of many nodes.
  expect(size.databaseCores).toBeCloseTo(5, 6);
  expect(size.redisCores).toBeCloseTo(0.1 * (5 + 2 * size.flow.nodesPerMessage), 6);
});
