import { BOUNDS, type OperationName } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { names, specOf } from './callers.js';
import { normalise } from './normalise.js';
import { sampleOf } from './samples.js';
import {
  callRest,
  connect,
  doubleSide,
  join,
  newSocket,
  type Participant,
  realSide,
  type Side,
  wiresOf,
} from './sides.js';
import type { World } from './world.js';

/** The SDK's test double against the real server: the same script on both, and the same transcript of it. */

const ONE_POINT_EACH = 1e-9;
const FAR_AWAY = 10_000;

let sides: [Side, Side];
let spent: [Side, Side];

beforeAll(async () => {
  sides = [await realSide(FAR_AWAY), await doubleSide(FAR_AWAY)];
  spent = [await realSide(ONE_POINT_EACH), await doubleSide(ONE_POINT_EACH)];
});
afterAll(async () => {
  for (const side of [...(sides ?? []), ...(spent ?? [])]) await side[Symbol.asyncDispose]();
});

let lastUserId = 7_000_000;
const newUserIds = <const N extends string>(...people: N[]) =>
  Object.fromEntries(people.map((name) => [name, ++lastUserId])) as Record<N, number>;

/** What differs from one server to the next besides ids and times. */
function leaveOut(key: string, value: unknown): unknown {
  if (key === 'socketId') return '<socket>';
  if (key === 'retryAfterMs') return '<ms>';
  if (key === 'nextCursor' && typeof value === 'string') return '<cursor>';
  if (key === 'message' && typeof value === 'string') return value.replace(/in \d+ s$/, 'in <n> s');
  // In which order people came online is no promise.
  if (key === 'onlineUserIds' && Array.isArray(value)) return value.toSorted((a, b) => a - b);
  return value;
}

const toTranscript = (told: unknown): unknown => normalise(JSON.parse(JSON.stringify(told, leaveOut)), TAG);
const TAG = '2b6f0cc9-tag';

/** Runs a script on both sides; fails where their transcripts differ. Returns the double's. */
async function sameOn(pair: [Side, Side], script: (side: Side) => Promise<unknown>): Promise<unknown> {
  const [real, double] = await Promise.all(pair.map(async (side) => toTranscript(await script(side))));
  expect(double).toEqual(real);
  return double;
}

/** Told at once or later, and together or apart: has a test of its own. */
const inOrder = ({ heard }: Participant) => heard.filter(([event]) => event !== 'room:activity');

async function ok<T = { id: number }>(pending: ReturnType<Participant['call']>): Promise<T> {
  const answer = await pending;
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.data as T;
}

/** A room of the owner's, whom a bystander listens to, with a message of the owner's. Made by calls alone. */
async function newWorld(side: Side, people: Record<'owner' | 'bystander' | 'stranger', number>) {
  const owner = await join(side, people.owner, 'Owner');
  const bystander = await join(side, people.bystander, 'Bystander');
  const stranger = await join(side, people.stranger, `Zoe ${TAG}`, { offline: true });
  await ok(stranger.call('user.me', {}));
  const room = await ok(owner.call('room.create', { name: `Room ${TAG}`, memberIds: [people.bystander] }));
  for (const member of [owner, bystander]) await ok(member.call('room.enter', { roomId: room.id }));
  const message = await ok(owner.call('message.create', { roomId: room.id, content: 'first' }));
  let callId: Promise<number> | undefined;
  const world: World = {
    tag: TAG,
    roomId: room.id,
    messageId: message.id,
    bystanderId: people.bystander,
    strangerId: people.stranger,
    ring() {
      const start = () => ok<{ callId: number }>(owner.call('call.start', { roomId: room.id, callType: 'AUDIO' }));
      callId ??= start().then((call) => call.callId);
      return callId;
    },
  };
  return { owner, bystander, world };
}

/** A sample as anyone may send it: what of it names a caller is the participant's. */
const sampleFor = (name: OperationName, world: World, { userId, name: own, token }: Participant) =>
  sampleOf(name, world, { userId, name: own, token, sockets: {} });

const mounted = names.flatMap((name) => wiresOf(name).map((wire) => [name, wire] as const));

test.each(mounted)(
  '%s over %s: the same answer, and the same events to both people in the room',
  async (name, wire) => {
    const people = newUserIds('owner', 'bystander', 'stranger');
    const told = await sameOn(sides, async (side) => {
      const { owner, bystander, world } = await newWorld(side, people);
      const answer = await owner.call(name, await sampleFor(name, world, owner), wire);
      const again = await owner.call(name, await sampleFor(name, world, owner), wire);
      for (const person of [owner, bystander]) await person.caughtUp();
      for (const person of [owner, bystander]) person.socket.disconnect();
      return { answer, again, owner: inOrder(owner), bystander: inOrder(bystander) };
    });
    expect(told).toMatchObject({ answer: { ok: true } });
  },
);

test.each(mounted)('%s over %s: junk, and an outsider, are refused alike', async (name, wire) => {
  const people = { ...newUserIds('owner', 'bystander', 'stranger'), ...newUserIds('outsider') };
  await sameOn(sides, async (side) => {
    const { owner, bystander, world } = await newWorld(side, people);
    const outsider = await join(side, people.outsider, 'Outsider');
    const sample = await sampleFor(name, world, outsider);
    const keys = Object.keys(specOf(name).input.shape);
    const answers = [await outsider.call(name, null, wire)];
    for (const key of keys) answers.push(await outsider.call(name, { ...sample, [key]: '\0' }, wire));
    if ('subject' in specOf(name).auth) {
      answers.push(await outsider.call(name, sample, wire), await bystander.call(name, sample, wire));
    }
    for (const person of [owner, bystander, outsider]) await person.caughtUp();
    for (const person of [owner, bystander, outsider]) person.socket.disconnect();
    return { answers, outsider: inOrder(outsider), bystander: inOrder(bystander) };
  });
});

test.each(mounted)('%s over %s: a spent limit is told alike', async (name, wire) => {
  const { greedy } = newUserIds('greedy');
  const told = await sameOn(spent, async (side) => {
    const person = await join(side, greedy, 'Greedy');
    const answers = [await person.call(name, null, wire), await person.call(name, null, wire)];
    person.socket.disconnect();
    return answers;
  });
  expect(told).toMatchObject([{}, { ok: false, error: { code: 'RATE_LIMITED' } }]);
});

describe('who is not let in', () => {
  test('a handshake is refused in the same words', async () => {
    const { ann } = newUserIds('ann');
    await sameOn(sides, async (side) => {
      const token = await side.token(ann, 'Ann');
      const handshakes = [{}, { token }, { userId: ann }, { token: 'no', userId: ann }, { token, userId: ann + 1 }];
      const refusals = [];
      for (const auth of [...handshakes, { token: {}, userId: [1] }, { token, userId: String(ann) }]) {
        const socket = newSocket(side);
        refusals.push(await connect(socket, auth));
        socket.disconnect();
      }
      return refusals;
    });
  });

  test('calls over REST without a valid token', async () => {
    const people = newUserIds('owner', 'bystander', 'stranger');
    await sameOn(sides, async (side) => {
      const { owner, bystander, world } = await newWorld(side, people);
      const answers = [];
      for (const name of names.filter((each) => specOf(each).rest)) {
        const sample = await sampleFor(name, world, owner);
        answers.push(await callRest(side, null, name, sample), await callRest(side, 'not.a.token', name, sample));
      }
      for (const person of [owner, bystander]) person.socket.disconnect();
      return answers;
    });
  });
});

describe('what only one wire has', () => {
  const LARGE = 'x'.repeat(BOUNDS.bodyMaxBytes);
  const requests: [method: string, path: string, body?: string][] = [
    ['GET', '/'],
    ['GET', '/shared/chat/rooms/1/2'],
    ['PATCH', '/shared/chat/rooms'],
    ['GET', '/shared/chat/rooms?limit=2&unknown=1'],
    ['GET', '/shared/chat/rooms?limit=0'],
    ['GET', '/shared/chat/rooms?limit=1e1'],
    ['GET', '/shared/chat/rooms?limit=1&limit=2'],
    ['GET', '/shared/chat/rooms/x'],
    ['GET', '/shared/chat/rooms/-1'],
    ['GET', '/shared/chat/rooms/%20'],
    ['GET', '/shared/chat/users?q=%20'],
    ['POST', '/shared/chat/rooms', '{ "oh'],
    ['POST', '/shared/chat/rooms', '[]'],
    ['POST', '/shared/chat/rooms', ''],
    ['POST', '/shared/chat/rooms', '{"name":"  A room  ","memberIds":[],"createdBy":1}'],
    ['POST', '/shared/chat/rooms', JSON.stringify({ name: LARGE })],
    ['POST', '/dev/login', '{"name":"Dev"}'],
  ];

  test.each(requests)('%s %s %.40s', async (method, path, body) => {
    const { ann } = newUserIds('ann');
    await sameOn(sides, async (side) => {
      const headers = { authorization: `Bearer ${await side.token(ann, 'Ann')}`, 'content-type': 'application/json' };
      const answer = await side.fetch(side.url + path, { method, headers, ...(body !== undefined && { body }) });
      return [answer.status, answer.headers.get('content-type'), await answer.json()];
    });
  });

  test('presence of several asked for in a query', async () => {
    const people = newUserIds('ann', 'bob');
    await sameOn(sides, async (side) => {
      const ann = await join(side, people.ann, 'Ann', { offline: true });
      const { id } = await ok(ann.call('room.create', { name: 'Two', memberIds: [people.bob] }));
      const headers = { authorization: `Bearer ${ann.token}` };
      const ask = async (query: string) =>
        (await side.fetch(`${side.url}/shared/chat/rooms/${id}/presence?${query}`, { headers })).json();
      const { ann: a, bob: b } = people;
      return [await ask(`userIds=${a},${b}`), await ask(`userIds=${b}&userIds=${a}`), await ask('userIds=a')];
    });
  });

  test('a spent limit says over REST when to come back', async () => {
    const { ann } = newUserIds('ann');
    const told = await sameOn(spent, async (side) => {
      const headers = { authorization: `Bearer ${await side.token(ann, 'Ann')}` };
      const ask = () => side.fetch(`${side.url}/shared/chat/users/me`, { headers });
      return [await ask(), await ask()].map((answer) => [
        answer.status,
        Number(answer.headers.get('retry-after')) > 50,
      ]);
    });
    expect(told).toEqual([
      [200, false],
      [429, true],
    ]);
  });

  test('an event nobody knows, and a frame that is too large', async () => {
    const { ann } = newUserIds('ann');
    await sameOn(sides, async (side) => {
      const { socket } = await join(side, ann, 'Ann');
      const unknown = await socket.timeout(20_000).emitWithAck('no:such', {});
      const lost = new Promise((resolve) => socket.on('disconnect', (reason: string) => resolve(reason)));
      const failure = await socket
        .timeout(20_000)
        .emitWithAck('message:send', { roomId: 1, content: LARGE })
        .catch((error: Error) => error.message);
      return { unknown, failure, reason: await lost };
    });
  });
});

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
