import type { LogEntry } from '@dream-studio/contracts';
import { expect, test } from 'vitest';
import { toEmission } from '../core/audience.js';
import type { Emission, LogPublisher } from '../core/ports.js';
import { createMemoryHub } from '../test/memory-nodes.js';
import { createClusterPublisher } from './cluster-publisher.js';
import type { LogOrder } from './log-order.js';

const updated = (seq: number) =>
  toEmission({ event: 'room:updated', payload: { roomId: 5, seq, name: 'x', by: 1 } } as LogEntry);
const role = (seq: number) =>
  toEmission({ event: 'member:role', payload: { roomId: 5, seq, userId: 2, role: 'ADMIN', by: 1 } } as LogEntry);
const typing = (roomId: number): Emission => ({
  event: 'user:stop_typing',
  audience: { room: roomId, exceptSocketId: 's' },
  payload: { roomId, userId: 1 },
});

function start() {
  const hub = createMemoryHub();
  const node = (name: string) => {
    const bus = hub.node(name);
    const direct: Emission[] = [];
    const ordered: { roomId: number; emissions: readonly Emission[] }[] = [];
    const heard: [roomId: number, nodeId: string, seq: number][] = [];
    const publish: LogPublisher['publish'] = async (roomId, emissions) => void ordered.push({ roomId, emissions });
    const publisher = createClusterPublisher({
      bus,
      local: { publish: (emissions) => void direct.push(...emissions) },
      order: { publish } as LogOrder,
      turns: { heard: (...news) => void heard.push(news) },
    });
    return { bus, direct, ordered, heard, publisher };
  };
  return { hub, a: node('a'), b: node('b') };
}

test('what is in no log goes to the sockets here directly, and to the nodes that listen to the room', async () => {
  const { a, b, hub } = start();
  a.publisher.publish([typing(5)]);
  expect([a.direct, b.direct]).toEqual([[typing(5)], []]);
  await b.bus.subscribe(['room:5']);
  a.publisher.publish([typing(5), typing(6)]);
  expect(b.direct).toEqual([typing(5)]);
  expect(hub.said.map(({ channel }) => channel)).toEqual(['room:5', 'room:5', 'room:6']);
  a.publisher.publish([]);
  expect(hub.said).toHaveLength(3);
});

test('entries of a log go through the order of each node; what names users reaches all nodes', async () => {
  const { a, b } = start();
  await b.bus.subscribe(['room:5']);
  await a.publisher.log.publish(5, [updated(1), role(2), updated(3)]);
  expect(a.ordered).toEqual([{ roomId: 5, emissions: [updated(1), role(2), updated(3)] }]);
  expect(b.ordered).toEqual([
    { roomId: 5, emissions: [updated(1), updated(3)] },
    { roomId: 5, emissions: [role(2)] },
  ]);
  expect([a.heard, b.heard]).toEqual([
    [],
    [
      [5, 'a', 3],
      [5, 'a', 2],
    ],
  ]);
  b.bus.unsubscribe(['room:5']);
  await a.publisher.log.publish(5, [updated(4), role(5)]);
  expect(b.ordered.slice(2)).toEqual([{ roomId: 5, emissions: [role(5)] }]);
  expect([a.direct, b.direct]).toEqual([[], []]);
});

test('while the others are not heard the sockets here have everything', async () => {
  const { a, b } = start();
  await b.bus.subscribe(['room:5']);
  a.bus.setUp(false);
  a.publisher.publish([typing(5)]);
  await a.publisher.log.publish(5, [updated(1)]);
  expect([a.direct.length, a.ordered.length, b.direct.length, b.ordered.length]).toEqual([1, 1, 0, 0]);
});

test('what else nodes say to each other is no event', () => {
  const { a, b } = start();
  a.bus.send('all', { leaving: true });
  expect([b.direct, b.ordered]).toEqual([[], []]);
});
