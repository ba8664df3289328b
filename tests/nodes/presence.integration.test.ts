import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp, TestClient } from '../../apps/server/src/test/app.js';
import { startTwoNodes, type TwoNodes } from '../../apps/server/src/test/two-nodes.js';

let nodes: TwoNodes;
beforeAll(async () => {
  nodes = await startTwoNodes();
});
afterAll(() => nodes?.close());

/** What a client was told of a user, in order. */
const newsOf = ({ inbox }: TestClient, { userId }: Pick<TestClient, 'userId'>) =>
  inbox.received.flatMap(({ event, payload }) =>
    /^(user:o|member:[jl])/.test(event) && (payload as { userId: number }).userId === userId ? [event] : [],
  );
const tabOf = (node: TestApp, user: TestClient) => node.client(user.name, { userId: user.userId });

/** Ann on node a and Cid on node b show a room, of which Bob is a member who is not there yet. */
async function watched() {
  const { a, b } = nodes;
  const [ann, bob] = [await a.client('Ann'), await a.client('Bob', { offline: true })];
  const cid = await b.client('Cid');
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
  await ann.rooms.enter({ roomId });
  await cid.rooms.enter({ roomId });
  await ann.next('member:joined', ({ userId }) => userId === cid.userId);
  return { ann, bob, cid, roomId };
}

describe('over two nodes', () => {
  test('a user is told online once and offline once, however many tabs on whichever node', async () => {
    const { ann, bob, cid, roomId } = await watched();
    const tabs = [await tabOf(nodes.a, bob), await tabOf(nodes.b, bob), await tabOf(nodes.b, bob)];
    for (const other of [ann, cid]) await other.next('user:online', ({ userId }) => userId === bob.userId);
    const list = () => ann.presence.list({ roomId, userIds: [bob.userId] });
    expect(await list()).toMatchObject({ onlineCount: 3, members: [{ online: true, lastSeenAt: null }] });
    // On one node it is over; on the other it goes on.
    tabs[0]?.close();
    tabs[1]?.close();
    await new Promise((resolve) => setTimeout(resolve, TIMES.presenceGraceMs + 500));
    expect(await list()).toMatchObject({ onlineCount: 3 });
    tabs[2]?.close();
    const since = performance.now();
    for (const other of [ann, cid]) await other.next('user:offline', ({ userId }) => userId === bob.userId);
    expect(performance.now() - since).toBeGreaterThan(TIMES.presenceGraceMs - 500);
    for (const other of [ann, cid]) expect(newsOf(other, bob)).toEqual(['user:online', 'user:offline']);
    expect(await list()).toMatchObject({
      onlineCount: 2,
      members: [{ online: false, lastSeenAt: expect.any(String) }],
    });
  });

  test('to show a room is told once per user, with the first tab in and the last one out', async () => {
    const { ann, bob, cid, roomId } = await watched();
    const [first, second] = [await tabOf(nodes.a, bob), await tabOf(nodes.b, bob)];
    await first.rooms.enter({ roomId });
    await cid.next('member:joined', ({ userId }) => userId === bob.userId);
    await second.rooms.enter({ roomId });
    await first.rooms.exit({ roomId });
    // A fence: what was told before has come.
    for (const one of [ann, cid]) await one.messages.create({ roomId, content: 'fence' });
    for (const one of [ann, cid]) for (let n = 0; n < 2; n += 1) await one.next('message:new');
    await second.rooms.exit({ roomId });
    for (const other of [ann, cid]) await other.next('member:left', ({ userId }) => userId === bob.userId);
    for (const other of [ann, cid]) {
      expect(newsOf(other, bob)).toEqual(['user:online', 'member:joined', 'member:left']);
    }
    first.close();
    second.close();
  });

  test('who comes knows who is online on the other node, and is told nothing of it', async () => {
    const { ann, cid, bob } = await watched();
    const tab = await tabOf(nodes.b, bob);
    const { onlineUserIds } = await tab.next('server:hello');
    expect([...onlineUserIds].toSorted()).toEqual([ann.userId, bob.userId, cid.userId].toSorted());
    await ann.next('user:online', ({ userId }) => userId === bob.userId);
    expect(newsOf(tab, ann)).toEqual([]);
    tab.close();
  });

  test('a node without any socket of the room tells who is online in it', async () => {
    const [ann, bob] = [await nodes.a.client('Ann'), await nodes.a.client('Bob')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
    const online = async () => {
      const { body } = await nodes.b.http('GET', `/shared/chat/rooms/${roomId}/presence`, { token: ann.token });
      return body as { onlineUserIds: number[]; onlineCount: number };
    };
    await expect.poll(async () => (await online()).onlineUserIds.toSorted()).toEqual([ann.userId, bob.userId]);
    expect((await online()).onlineCount).toBe(2);
  });

  test('of a crowded room the count is exact on every node', async () => {
    const half = BOUNDS.presenceListMax / 2 + 3;
    const { a, b } = nodes;
    const owner = await a.client('Owner');
    const users = await Promise.all(
      Array.from({ length: 2 * half - 1 }, (_, n) => (n % 2 ? a : b).client(`User ${n}`, { offline: true })),
    );
    const { id: roomId } = await owner.rooms.create({ name: 'Crowd', memberIds: [] });
    for (let at = 0; at < users.length; at += 50) {
      await owner.members.add({ roomId, userIds: users.slice(at, at + 50).map(({ userId }) => userId) });
    }
    await owner.rooms.enter({ roomId });
    await Promise.all(users.map((user) => user.connect()));
    // One of them on both nodes.
    const twice = await tabOf(a, users[0] as TestClient);
    await owner.next('room:presence', ({ onlineCount }) => onlineCount === 2 * half);
    for (const one of [users[0], users[1]]) {
      const { onlineUserIds, onlineCount } = await (one as TestClient).presence.list({ roomId });
      expect([onlineUserIds.length, onlineCount]).toEqual([BOUNDS.presenceListMax, 2 * half]);
    }
    twice.close();
    for (const user of users.slice(0, 10)) user.close();
    await owner.next('room:presence', ({ onlineCount }) => onlineCount === 2 * half - 10);
    for (const user of users) user.close();
  });
});
