import { TIMES } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTwoNodes, type TwoNodes, whenReady } from '../../apps/server/src/test/two-nodes.js';

let nodes: TwoNodes;
beforeAll(async () => {
  nodes = await startTwoNodes();
});
afterAll(() => nodes?.close());

/** Ann on node a, Bob and Cid on node b; all members of one room. */
async function team() {
  const [ann, bob, cid] = [await nodes.a.client('Ann'), await nodes.b.client('Bob'), await nodes.b.client('Cid')];
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId, cid.userId] });
  for (const one of [bob, cid]) await one.next('member:added', (payload) => payload.roomId === roomId);
  return { ann, bob, cid, roomId };
}

describe('typing', () => {
  test('is told over nodes, and known to whoever enters on another', async () => {
    const { ann, bob, cid, roomId } = await team();
    for (const one of [ann, bob]) await one.rooms.enter({ roomId });
    await ann.typing.start({ roomId });
    await bob.next('user:typing', ({ userId }) => userId === ann.userId);
    expect(await cid.rooms.enter({ roomId })).toMatchObject({ typingUserIds: [ann.userId] });
    await ann.typing.stop({ roomId });
    await bob.next('user:stop_typing');
    expect(await cid.rooms.enter({ roomId })).toMatchObject({ typingUserIds: [] });
  });

  test('ends on all nodes when the socket goes', async () => {
    const { ann, bob, cid, roomId } = await team();
    for (const one of [ann, bob]) await one.rooms.enter({ roomId });
    await ann.typing.start({ roomId });
    await bob.next('user:typing');
    ann.close();
    await bob.next('user:stop_typing', ({ userId }) => userId === ann.userId);
    expect(await cid.rooms.enter({ roomId })).toMatchObject({ typingUserIds: [] });
  });
});

describe('a call', () => {
  const talk = async () => {
    const { ann, bob, cid, roomId } = await team();
    const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
    await bob.calls.answer({ callId });
    await ann.next('call:answered');
    return { ann, bob, cid, roomId, callId };
  };

  test('goes on for whom has a socket on another node than the one that went', async () => {
    const { ann, bob, callId } = await talk();
    const second = await nodes.b.client('Ann', { userId: ann.userId });
    ann.close();
    await new Promise((resolve) => setTimeout(resolve, TIMES.callGraceMs + 1_000));
    const { participants } = await bob.calls.get({ callId });
    expect(participants.map(({ leftAt }) => leftAt)).toEqual([null, null]);
    second.close();
    expect(await bob.next('call:left')).toMatchObject({ userId: ann.userId, callId });
  });

  test('is over for whose sockets on both nodes went at the same moment', async () => {
    const { ann, bob, callId } = await talk();
    const second = await nodes.b.client('Ann', { userId: ann.userId });
    second.close();
    ann.close();
    expect(await bob.next('call:left')).toMatchObject({ userId: ann.userId, callId });
  });
});

describe('who may do what', () => {
  test('a change of role and a removal hold on the other node from its next call on', async () => {
    const { ann, bob, roomId } = await team();
    const rename = (name: string) => bob.rooms.update({ roomId, name });
    const refused = async (act: Promise<unknown>, code: string) => expect(act).rejects.toMatchObject({ code });
    // Node b remembers him as a member.
    await bob.rooms.enter({ roomId });
    await refused(rename('Mine'), 'FORBIDDEN');
    await ann.members.setRole({ roomId, userId: bob.userId, role: 'ADMIN' });
    await bob.next('member:role');
    await rename('Ours');
    await ann.members.setRole({ roomId, userId: bob.userId, role: 'MEMBER' });
    await bob.next('member:role');
    await refused(rename('Mine'), 'FORBIDDEN');
    await ann.members.remove({ roomId, userId: bob.userId });
    await bob.next('member:removed');
    await refused(bob.messages.list({ roomId }), 'NOT_A_MEMBER');
  });

  test('is found out without the bus as well: within 5 s someone removed hears nothing more', async () => {
    const { ann, bob, cid, roomId } = await team();
    for (const one of [bob, cid]) await one.rooms.enter({ roomId });
    await bob.messages.list({ roomId });
    await nodes.redis.kill();
    try {
      await Promise.all([nodes.a, nodes.b].map((app) => whenReady(app, 'degraded')));
      const startedAt = performance.now();
      await ann.members.remove({ roomId, userId: bob.userId });
      await expect(bob.messages.list({ roomId })).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
      await bob.next('member:removed');
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await ann.messages.create({ roomId, content: 'secret' });
      await cid.next('message:new', ({ content }) => content === 'secret');
      expect(JSON.stringify(bob.inbox.received)).not.toContain('secret');
    } finally {
      await nodes.redis.restart();
    }
    await Promise.all([nodes.a, nodes.b].map((app) => whenReady(app, 'ready')));
  });
});

test('a node that ends takes its users out of calls, and tells them offline on the others', async () => {
  await using own = await startTwoNodes();
  const [ann, bob] = [await own.a.client('Ann'), await own.b.client('Bob')];
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  await bob.next('member:added');
  const { callId } = await ann.calls.start({ roomId, callType: 'AUDIO' });
  await bob.calls.answer({ callId });
  await ann.next('call:answered');
  bob.close();
  await own.b.close();
  await ann.next('user:offline', ({ userId }) => userId === bob.userId);
  expect(await ann.next('call:left')).toMatchObject({ userId: bob.userId, callId });
});
