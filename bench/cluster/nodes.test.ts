import { expect, test } from 'vitest';
import { spread } from './nodes.js';

const room = (id: number, members: number) => ({
  id,
  members: Array.from({ length: members }, (_, index) => ({ userId: index + 1, token: 'a token' })),
});
const portsOf = ({ members }: { members: readonly { port?: number }[] }) => members.map(({ port }) => port);

test('members of a room are spread evenly over the nodes, and rooms begin at different ones', () => {
  const [first, second] = spread([room(1, 4), room(2, 4)], [7001, 7002]);
  expect(portsOf(first as never)).toEqual([7001, 7002, 7001, 7002]);
  expect(portsOf(second as never)).toEqual([7002, 7001, 7002, 7001]);
});
