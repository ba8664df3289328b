import type { Namespace } from 'socket.io';
import { expect, test } from 'vitest';
import type { Audience, Emission } from '../core/ports.js';
import { PresenceRegistry } from './presence-registry.js';
import { SocketPublisher } from './publisher.js';

/** A publisher over two namespaces that note what is sent to which keys. */
function start(isPresent: (key: string, namespace: string) => boolean = () => true) {
  const steps: string[] = [];
  const namespace = (name: string) => {
    const to = (keys: string[], except = '') => ({
      except: (left: string[]) => to(keys, ` but ${left}`),
      emit: (event: string) => steps.push(`${name} ${event} to ${keys}${except}`),
    });
    const has = (key: string) => isPresent(key, name);
    const emitAll = (key: string, events: [string, object][]) => {
      if (has(key)) steps.push(`${name} ${events.map(([event]) => event)} to ${key}`);
    };
    return { to, adapter: { rooms: { has }, emitAll } } as unknown as Namespace;
  };
  const registry = new PresenceRegistry();
  const publisher = new SocketPublisher([namespace('/'), namespace('/chat')], registry);
  publisher.follow({
    memberAdded: (userId, roomId) => steps.push(`in: ${userId} ${roomId}`),
    memberRemoved: (userId, roomId) => steps.push(`out: ${userId} ${roomId}`),
  });
  return { steps, registry, publisher };
}

const typing = (audience: Audience): Emission => ({
  event: 'user:stop_typing',
  audience,
  payload: { userId: 1, roomId: 5 },
});
const change = { roomId: 5, seq: 1, userId: 2, by: 1 };
const addition = { ...change, role: 'MEMBER', joinedAt: '', user: { id: 2, name: 'Bob', picture: null } } as const;

test('every event goes to both namespaces, to the union of its audience, the socket named left out', () => {
  const { publisher, steps } = start();
  publisher.publish([typing({ room: 5, users: [7, 8] }), typing({ room: 6, exceptSocketId: 's' })]);
  expect(steps).toEqual([
    '/ user:stop_typing to user:7,user:8,room:5',
    '/chat user:stop_typing to user:7,user:8,room:5',
    '/ user:stop_typing to room:6 but s',
    '/chat user:stop_typing to room:6 but s',
  ]);
});

test('a namespace in which nobody is there for it is left out, and so is who is not there', () => {
  const { publisher, steps } = start((key, namespace) => namespace === '/' && key !== 'user:8');
  publisher.publish([typing({ room: 5, users: [7, 8] }), typing({ users: [8] })]);
  expect(steps).toEqual(['/ user:stop_typing to user:7,room:5']);
});

test('all members of a room are those online, whatever they are looking at', () => {
  const { publisher, registry, steps } = start();
  for (const userId of [7, 8]) {
    registry.add(userId);
    registry.addMembership(userId, 5);
  }
  publisher.publish([typing({ membersOf: 5 })]);
  expect(steps[0]).toBe('/ user:stop_typing to user:7,user:8');
});

test('sockets that have entered a room can be left out, with one socket besides', () => {
  const { publisher, steps } = start();
  publisher.publish([
    typing({ users: [7], exceptRoom: 5 }),
    typing({ users: [7], exceptRoom: 5, exceptSocketId: 's' }),
    typing({ users: [7] }),
  ]);
  expect(steps.filter((step) => !step.startsWith('/chat'))).toEqual([
    '/ user:stop_typing to user:7 but room:5',
    '/ user:stop_typing to user:7 but s,room:5',
    '/ user:stop_typing to user:7',
  ]);
});

test('every event is heard by who follows, once it is sent', () => {
  const { publisher, steps } = start();
  publisher.onPublished(({ event }) => steps.push(`heard ${event}`));
  publisher.publish([typing({ room: 5 }), typing({})]);
  expect(steps).toEqual([
    '/ user:stop_typing to room:5',
    '/chat user:stop_typing to room:5',
    'heard user:stop_typing',
    'heard user:stop_typing',
  ]);
});

test.each([{}, { users: [] }, { membersOf: 5 }, { exceptSocketId: 's' }, { exceptRoom: 5 }])(
  'an empty audience is nobody, not everyone: %j',
  (audience) => {
    const { publisher, steps } = start();
    publisher.publish([typing(audience)]);
    expect(steps).toEqual([]);
  },
);

test('a new member is in before the event, a removed one out after it, one event after the other', () => {
  const { publisher, steps } = start();
  publisher.publish([
    { event: 'member:added', audience: { room: 5 }, payload: addition },
    { event: 'member:removed', audience: { room: 5 }, payload: change },
    typing({ room: 5 }),
  ]);
  expect(steps.filter((step) => !step.startsWith('/chat'))).toEqual([
    'in: 2 5',
    '/ member:added to room:5',
    '/ member:removed to room:5',
    'out: 2 5',
    '/ user:stop_typing to room:5',
  ]);
});

test('what goes to one room, one after the other, is sent together, and then heard in order', () => {
  const { publisher, steps } = start();
  const deleted: Emission = { event: 'message:deleted', audience: { room: 5 }, payload: {} as never };
  publisher.onPublished(({ event }) => steps.push(`heard ${event}`));
  publisher.publish([typing({ room: 5 }), deleted, typing({ room: 6 }), typing({ room: 5, users: [7] }), deleted]);
  expect(steps.filter((step) => !step.startsWith('/chat'))).toEqual([
    '/ user:stop_typing,message:deleted to room:5',
    'heard user:stop_typing',
    'heard message:deleted',
    '/ user:stop_typing to room:6',
    'heard user:stop_typing',
    '/ user:stop_typing to user:7,room:5',
    'heard user:stop_typing',
    '/ message:deleted to room:5',
    'heard message:deleted',
  ]);
});
