import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTwoNodes, type TwoNodes, whenReady } from '../../apps/server/src/test/two-nodes.js';

let nodes: TwoNodes;
// Their beats are far away: what is found is found by the look for removals.
beforeAll(async () => {
  nodes = await startTwoNodes();
});
afterAll(() => nodes?.close());

test('S3: a node that alone has lost Redis removes someone: within 5 s they are cut off on the others', async () => {
  const [ann, bob, cid] = [await nodes.b.client('Ann'), await nodes.a.client('Bob'), await nodes.a.client('Cid')];
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
  for (const one of [bob, cid]) await one.next('member:added', (payload) => payload.roomId === roomId);
  for (const one of [ann, bob, cid]) await one.rooms.enter({ roomId });
  // Node a remembers him as a member.
  await bob.messages.list({ roomId });

  nodes.link.refuse();
  await whenReady(nodes.b, 'degraded');
  try {
    await ann.messages.create({ roomId, content: 'before' });
    const startedAt = performance.now();
    const { seq } = await ann.members.remove({ roomId, userId: bob.userId });
    for (const one of [bob, cid]) await one.next('member:removed', (payload) => payload.seq === seq);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect(bob.messages.list({ roomId })).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    // What was before it in the log has come before it.
    const told = bob.inbox.received
      .map(({ event }) => event)
      .filter((event) => /^(message:new|member:removed)$/.test(event));
    expect(told).toEqual(['message:new', 'member:removed']);
    expect(await (await nodes.a.http('GET', '/readyz')).body).toMatchObject({ status: 'ready' });
  } finally {
    nodes.link.accept();
  }
  await whenReady(nodes.b, 'ready');

  await ann.messages.create({ roomId, content: 'secret' });
  await cid.next('message:new', ({ content }) => content === 'secret');
  expect(JSON.stringify(bob.inbox.received)).not.toContain('secret');
  expect(cid.inbox.received.filter(({ event }) => event === 'member:removed')).toHaveLength(1);
});

test('S3: so it is with those who have no connection, and roles', async () => {
  const ann = await nodes.b.client('Ann');
  const [bob, cid] = [await nodes.a.client('Bob', { offline: true }), await nodes.a.client('Cid', { offline: true })];
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
  await ann.members.setRole({ roomId, userId: cid.userId, role: 'ADMIN' });
  await cid.rooms.update({ roomId, name: 'Of an admin' });
  const name = `${ann.name}, alone`;

  nodes.link.refuse();
  await whenReady(nodes.b, 'degraded');
  try {
    // Node a remembers both.
    await bob.messages.list({ roomId });
    await cid.messages.list({ roomId });
    const startedAt = performance.now();
    await ann.members.setRole({ roomId, userId: cid.userId, role: 'MEMBER' });
    await ann.members.remove({ roomId, userId: bob.userId });
    await ann.messages.create({ roomId, content: 'secret' });
    const reads = () =>
      bob.messages.list({ roomId }).then(
        () => 'read',
        ({ code }) => code,
      );
    const renames = () =>
      cid.rooms.update({ roomId, name }).then(
        () => 'renamed',
        ({ code }) => code,
      );
    await expect.poll(reads, { timeout: 20_000 }).toBe('NOT_A_MEMBER');
    await expect.poll(renames, { timeout: 20_000 }).toBe('FORBIDDEN');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  } finally {
    nodes.link.accept();
  }
  await whenReady(nodes.b, 'ready');
});
