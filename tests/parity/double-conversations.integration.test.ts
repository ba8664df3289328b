import type { OperationName } from '@dream-studio/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePairs, inOrder, newUserIds, ok, openPair, type Pair, sameOn } from './double.js';
import { join, type Participant } from './sides.js';

let sides: Pair;

beforeAll(async () => {
  sides = await openPair(10_000);
});
afterAll(() => closePairs(sides));

test('a conversation of two, and of a third who looks on from elsewhere', async () => {
  const people = newUserIds('ann', 'bob', 'eve');
  await sameOn(sides, async (side) => {
    const ann = await join(side, people.ann, 'Ann');
    const bob = await join(side, people.bob, 'Bob');
    const eve = await join(side, people.eve, 'Eve');
    const { id: roomId } = await ok(ann.call('room.create', { name: 'Talk', memberIds: [people.bob, people.eve] }));
    const answers: unknown[] = [];
    const say = async (who: Participant, name: OperationName, input: object) => {
      const answer = await who.call(name, { roomId, ...input });
      answers.push(answer);
      return answer.ok ? (answer.data as { id: number }) : { id: 0 };
    };
    await say(ann, 'room.enter', {});
    await say(bob, 'room.enter', {});
    const first = await say(ann, 'message.create', { content: ' Hello\nyou ', clientId: 'a:1' });
    await say(ann, 'message.create', { content: 'another text', clientId: 'a:1' });
    await say(bob, 'typing.start', {});
    await say(eve, 'room.enter', {});
    await say(bob, 'typing.stop', {});
    const second = await say(bob, 'message.create', { content: '', type: 'IMAGE', fileUrl: 'https://x.test/a.png' });
    await say(bob, 'message.edit', { messageId: first.id, content: 'not mine' });
    await say(ann, 'message.edit', { messageId: first.id, content: 'Hello all' });
    await say(ann, 'message.edit', { messageId: first.id, content: ' ' });
    await say(bob, 'message.edit', { messageId: second.id, content: '' });
    await say(bob, 'room.markRead', { seq: 3 });
    await say(bob, 'room.markRead', { seq: 1 });
    await say(bob, 'room.markRead', { seq: 99 });
    await say(eve, 'message.delete', { messageId: first.id });
    await say(ann, 'message.delete', { messageId: second.id });
    await say(ann, 'message.delete', { messageId: second.id });
    await say(bob, 'message.edit', { messageId: second.id, content: 'too late' });
    for (const page of [{}, { limit: 1 }, { after: 1 }, { before: 2 }, { after: 0, limit: 1 }]) {
      await say(eve, 'message.list', page);
    }
    await say(bob, 'room.exit', {});
    await say(ann, 'room.update', { name: 'Renamed' });
    await say(eve, 'presence.list', { userIds: [people.ann, people.bob, 1] });
    await say(ann, 'room.archive', {});
    await say(ann, 'message.create', { content: 'too late' });
    await say(ann, 'message.create', { content: 'again', clientId: 'a:1' });
    await say(ann, 'message.edit', { messageId: first.id, content: 'x' });
    await say(eve, 'room.list', { limit: 1 });
    for (const person of [ann, bob, eve]) await person.caughtUp();
    for (const person of [ann, bob, eve]) person.socket.disconnect();
    return { answers, ann: inOrder(ann), bob: inOrder(bob), eve: inOrder(eve) };
  });
});

test('members come, rise, hand over and go', async () => {
  const people = newUserIds('ann', 'bob', 'eve', 'new');
  await sameOn(sides, async (side) => {
    const ann = await join(side, people.ann, 'Ann');
    const bob = await join(side, people.bob, 'Bob');
    const eve = await join(side, people.eve, 'Eve');
    const { id: roomId } = await ok(ann.call('room.create', { name: 'Club', memberIds: [people.bob] }));
    const answers: unknown[] = [];
    const act = async (who: Participant, name: OperationName, input: object) =>
      answers.push(await who.call(name, { roomId, ...input }));
    await act(ann, 'message.create', { content: 'before eve' });
    await act(ann, 'room.enter', {});
    await act(bob, 'member.add', { userIds: [people.eve] });
    await act(ann, 'member.add', { userIds: [people.new, people.eve, people.bob, people.eve] });
    await act(eve, 'room.enter', {});
    await act(eve, 'room.get', {});
    await act(eve, 'typing.start', {});
    await act(ann, 'member.setRole', { userId: people.bob, role: 'ADMIN' });
    await act(ann, 'member.setRole', { userId: people.bob, role: 'ADMIN' });
    await act(ann, 'member.setRole', { userId: people.ann, role: 'MEMBER' });
    await act(ann, 'member.setRole', { userId: 1, role: 'MEMBER' });
    await act(eve, 'member.remove', { userId: people.bob });
    await act(bob, 'member.remove', { userId: people.ann });
    await act(bob, 'member.remove', { userId: people.eve });
    await act(eve, 'message.create', { content: 'let me in' });
    await act(eve, 'typing.stop', {});
    await act(ann, 'member.list', {});
    await act(ann, 'member.list', { limit: 1 });
    await act(ann, 'member.setRole', { userId: people.bob, role: 'OWNER' });
    await act(bob, 'member.remove', { userId: people.bob });
    await act(ann, 'member.remove', { userId: people.new });
    await act(ann, 'member.remove', { userId: people.ann });
    await act(ann, 'room.get', {});
    const direct = await ok(ann.call('room.direct', { userId: people.bob }));
    answers.push(direct, await ok(bob.call('room.direct', { userId: people.ann })));
    for (const name of ['room.update', 'room.archive', 'member.remove', 'member.add', 'member.setRole'] as const) {
      const input = { roomId: direct.id, name: 'No', userId: people.bob, userIds: [people.eve], role: 'ADMIN' };
      answers.push(await ann.call(name, input));
    }
    answers.push(await ann.call('room.direct', { userId: people.ann }));
    for (const person of [ann, bob, eve]) await person.caughtUp();
    for (const person of [ann, bob, eve]) person.socket.disconnect();
    return { answers, ann: inOrder(ann), bob: inOrder(bob), eve: inOrder(eve) };
  });
});

test('calls ring everywhere, are answered and ended', async () => {
  const people = newUserIds('ann', 'bob', 'eve');
  await sameOn(sides, async (side) => {
    const ann = await join(side, people.ann, 'Ann');
    const bob = await join(side, people.bob, 'Bob');
    const eve = await join(side, people.eve, 'Eve');
    const { id: roomId } = await ok(ann.call('room.create', { name: 'Ring', memberIds: [people.bob, people.eve] }));
    await ok(ann.call('room.enter', { roomId }));
    const answers: unknown[] = [];
    const start = async () => {
      const { callId } = await ok<{ callId: number }>(ann.call('call.start', { roomId, callType: 'VIDEO' }));
      return callId;
    };
    const callId = await start();
    const act = async (who: Participant, name: OperationName, input: object = { callId }) =>
      answers.push(await who.call(name, input));
    await act(bob, 'call.start', { roomId, callType: 'AUDIO' });
    await act(bob, 'call.answer');
    await act(bob, 'call.answer');
    await act(eve, 'call.end');
    await act(eve, 'room.enter', { roomId });
    await act(bob, 'call.end');
    await act(ann, 'call.end');
    await act(eve, 'call.answer');
    await start();
    await act(ann, 'call.list', { roomId });
    await act(ann, 'call.list', { roomId, limit: 1 });
    await act(ann, 'call.get', { callId, roomId: roomId + 1 });
    for (const person of [ann, bob, eve]) await person.caughtUp();
    for (const person of [ann, bob, eve]) person.socket.disconnect();
    return { answers, ann: inOrder(ann), bob: inOrder(bob), eve: inOrder(eve) };
  });
});

test('pages of rooms, by cursor', async () => {
  const people = newUserIds('ann');
  await sameOn(sides, async (side) => {
    const ann = await join(side, people.ann, 'Ann', { offline: true });
    for (const name of ['A', 'B', 'C']) await ok(ann.call('room.create', { name }));
    const first = await ok<{ nextCursor: string }>(ann.call('room.list', { limit: 2 }));
    const second = await ann.call('room.list', { limit: 2, cursor: first.nextCursor });
    const wrong = [await ann.call('room.list', { cursor: 'MS4y' }), await ann.call('room.list', { cursor: 'x' })];
    return { first, second, wrong };
  });
});

test('a room one has not entered tells of itself: at once, and then once a second', async () => {
  const people = newUserIds('ann', 'bob');
  const told = await sameOn(sides, async (side) => {
    const ann = await join(side, people.ann, 'Ann');
    const bob = await join(side, people.bob, 'Bob');
    const { id: roomId } = await ok(ann.call('room.create', { name: 'Quiet', memberIds: [people.bob] }));
    await ok(ann.call('room.enter', { roomId }));
    await ok(ann.call('message.create', { roomId, content: '1' }));
    const first = await bob.hears('room:activity');
    const { id: messageId } = await ok(ann.call('message.create', { roomId, content: '2' }));
    await ok(ann.call('message.edit', { messageId, content: 'two' }));
    const second = await bob.hears('room:activity', 2);
    await ok(bob.call('room.markRead', { roomId, seq: 2 }));
    const third = await bob.hears('room:activity', 3);
    await ann.caughtUp();
    const isSpared = ann.heard.every(([event]) => event !== 'room:activity');
    for (const person of [ann, bob]) person.socket.disconnect();
    return { first, second, third, isSpared };
  });
  expect(told).toMatchObject({ second: { unread: 2 }, third: { unread: 0, readSeq: 2 }, isSpared: true });
});

test('typing ends by itself, and who is gone for long is offline', async () => {
  const people = newUserIds('ann', 'bob');
  await sameOn(sides, async (side) => {
    const ann = await join(side, people.ann, 'Ann');
    const bob = await join(side, people.bob, 'Bob');
    const { id: roomId } = await ok(ann.call('room.create', { name: 'Wait', memberIds: [people.bob] }));
    for (const person of [ann, bob]) await ok(person.call('room.enter', { roomId }));
    await ok(bob.call('typing.start', { roomId }));
    await ann.hears('user:stop_typing');
    await ok(bob.call('typing.start', { roomId }));
    await ann.caughtUp();
    bob.socket.disconnect();
    await ann.hears('member:left');
    await ann.hears('user:offline');
    const presence = await ann.call('presence.list', { roomId, userIds: [people.bob] });
    const bobAgain = await join(side, people.bob, 'Bob');
    await ann.hears('user:online', 2);
    await ann.caughtUp();
    for (const person of [ann, bobAgain]) person.socket.disconnect();
    return { presence, ann: inOrder(ann), bob: inOrder(bob), bobAgain: inOrder(bobAgain) };
  });
});
