import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestClient } from '../../apps/server/src/test/app.js';
import { startTwoNodes, type TwoNodes, whenReady } from '../../apps/server/src/test/two-nodes.js';

/** No node looks by itself: what is found is found because another has said that there is something. */
const NEVER_MS = 2 ** 31 - 1;
const SERVICE = 9_000_000;

let nodes: TwoNodes;
const sent: { look?: string }[] = [];
beforeAll(async () => {
  const beforeSend = (message: unknown) => sent.push(message as object) > 0;
  nodes = await startTwoNodes({ compose: { standingMs: NEVER_MS, removalsMs: NEVER_MS, beforeSend } });
});
afterAll(() => nodes?.close());

/** What the backend asks of node a. */
async function asService(method: string, path: string, body?: object) {
  const token = await nodes.a.mint(SERVICE, 'Backend', '10m', { isService: true });
  const answer = await nodes.a.http(method, `/shared/chat/users/${path}`, { token, body });
  expect(answer).toMatchObject({ status: 200 });
}

/** With what the client is cut. */
const refusalOf = (client: TestClient) =>
  new Promise((resolve) => client.on('error', (_message, body) => resolve(body)));

const isLetIn = async (token: string) => (await nodes.b.http('GET', '/shared/chat/users/me', { token })).status === 200;

test('who is banned on one node is cut on another, and let in again, without waiting for its next look', async () => {
  const bob = await nodes.b.client('Bob');
  const refusal = refusalOf(bob);
  await asService('POST', `${bob.userId}/ban`, { reason: 'spam' });
  expect(await refusal).toMatchObject({ code: 'FORBIDDEN', message: 'You are banned: spam' });
  expect(await isLetIn(bob.token)).toBe(false);
  await asService('DELETE', `${bob.userId}/ban`);
  await expect.poll(() => isLetIn(bob.token), { timeout: 20_000 }).toBe(true);
});

test('revoked tokens are refused on another node, too; nothing of it goes over the bus', async () => {
  const ann = await nodes.b.client('Ann');
  const refusal = refusalOf(ann);
  sent.length = 0;
  await asService('POST', `${ann.userId}/revoke`);
  expect(await refusal).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await isLetIn(ann.token)).toBe(false);
  expect(sent.filter(({ look }) => look === 'standings')).toEqual([{ look: 'standings' }]);
});

describe('a node alone loses Redis', () => {
  /** Ann on node b, Bob on node a and Cid on node b; all have entered the room. */
  async function team() {
    const [ann, bob, cid] = [await nodes.b.client('Ann'), await nodes.a.client('Bob'), await nodes.b.client('Cid')];
    const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
    for (const one of [bob, cid]) await one.next('member:added', (payload) => payload.roomId === roomId);
    for (const one of [ann, bob, cid]) await one.rooms.enter({ roomId });
    return { ann, bob, cid, roomId };
  }

  test('what it has stored meanwhile others tell as soon as it is heard again', async () => {
    const { ann, bob, roomId } = await team();
    nodes.link.refuse();
    await whenReady(nodes.b, 'degraded');
    const { id } = await ann.messages.create({ roomId, content: 'in between' });
    await ann.members.remove({ roomId, userId: bob.userId });
    expect(JSON.stringify(bob.inbox.received)).not.toContain('in between');
    nodes.link.accept();
    await bob.next('message:new', (payload) => payload.id === id);
    await bob.next('member:removed');
    await expect(bob.messages.list({ roomId })).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
  });

  test.each([
    ['as long as it has not found that out', false],
    ['when it knows', true],
  ])('%s it tells what others have stored: within 5 s someone removed hears nothing more', async (_when, knows) => {
    const { bob, cid, ann, roomId } = await team();
    await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
    await bob.next('member:role');
    nodes.link.freeze();
    try {
      if (knows) await whenReady(nodes.b, 'degraded');
      const startedAt = performance.now();
      await bob.members.remove({ roomId, userId: cid.userId });
      await cid.next('member:removed');
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await bob.messages.create({ roomId, content: 'secret' });
      await ann.next('message:new', ({ content }) => content === 'secret');
      expect(JSON.stringify(cid.inbox.received)).not.toContain('secret');
    } finally {
      nodes.link.thaw();
    }
    await whenReady(nodes.b, 'ready');
  });
});
