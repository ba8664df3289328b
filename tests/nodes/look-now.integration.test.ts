import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestClient } from '../../apps/server/src/test/app.js';
import { startTwoNodes, type TwoNodes } from '../../apps/server/src/test/two-nodes.js';

/** No node looks by itself: what is found is found because another has said that there is something. */
const NEVER_MS = 2 ** 31 - 1;
const SERVICE = 9_000_000;

let nodes: TwoNodes;
const sent: unknown[] = [];
beforeAll(async () => {
  const beforeSend = (message: unknown) => sent.push(message) > 0;
  nodes = await startTwoNodes({ compose: { standingMs: NEVER_MS, beforeSend } });
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
  expect(sent.filter((message) => Object.hasOwn(message as object, 'look'))).toEqual([{ look: 'standings' }]);
});
