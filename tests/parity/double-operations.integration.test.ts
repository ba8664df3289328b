import { BOUNDS } from '@dream-studio/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { names, specOf } from './callers.js';
import { closePairs, inOrder, newUserIds, newWorld, ok, openPair, type Pair, sameOn, sampleFor } from './double.js';
import { callRest, connect, join, newSocket, wiresOf } from './sides.js';

const ONE_POINT_EACH = 1e-9;
const FAR_AWAY = 10_000;

let sides: Pair;
let spent: Pair;

beforeAll(async () => {
  sides = await openPair(FAR_AWAY);
});
beforeAll(async () => {
  spent = await openPair(ONE_POINT_EACH);
});
afterAll(() => closePairs(sides, spent));

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
    // The double has no service tokens.
    expect(told).toMatchObject({ answer: { ok: specOf(name).auth.rule !== 'service' } });
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
