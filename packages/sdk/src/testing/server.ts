import { events, type OperationName, type Output, operations, type User } from '@dream-studio/contracts';
import { ChatError } from '../errors.js';
import { seedRoom } from './seed.js';
import { existing, toUser, userRow } from './state.js';
import { createStateView } from './state-view.js';
import type { Faults, TestServer, TestServerOptions, UserSeed } from './types.js';
import { createFetch } from './wires/fetch.js';
import { createOpenSocket } from './wires/socket.js';
import { createWorld, type World } from './world.js';

/** Of no server anywhere: whatever is asked for goes to the double. */
const URL_OF_DOUBLE = 'http://chat.test';

/**
 * A chat server in memory, for tests and stories of what is built on the SDK: no network, no process, no database.
 * Each one is a world of its own.
 */
export function createTestServer(options: TestServerOptions = {}): TestServer {
  const world = createWorld(options);
  const { state, hub, puppets, clock, tokens } = world;
  const [fetch, openSocket] = [createFetch(world), createOpenSocket(world)];
  for (const user of options.users ?? []) addUser(world, user);
  const close = () => {
    for (const connection of [...world.connections]) world.cut(connection, 'io server disconnect');
    world.setUp(false);
    clock.stop();
  };

  return {
    connectAs(user) {
      const { id } = typeof user === 'number' ? userRow(state, user) : addUser(world, user);
      return {
        url: URL_OF_DOUBLE,
        getToken: () => tokens.issue(toUser(userRow(state, id))),
        fetch,
        openSocket,
        outbox: 'memory',
      };
    },
    addUser: (user) => addUser(world, user),
    addRoom: (seed) => seedRoom(world, seed),
    call: createCall(world),
    setOnline(userId, online) {
      userRow(state, userId);
      const puppet = puppets.find(userId);
      if (online) puppets.of(userId);
      else if (puppet) world.cut(puppet, 'transport close');
    },
    emit(userIds, event, payload) {
      events[event].payload.parse(payload);
      hub.publish([{ event, audience: { users: typeof userIds === 'number' ? [userIds] : userIds }, payload }]);
    },
    sent: hub.sent,
    received: world.dispatch.received,
    state: createStateView(world),
    faults: createFaults(world),
    clock,
    settled: world.traffic.settled,
    close,
    [Symbol.dispose]: close,
  };
}

function addUser({ state }: World, { id, name, picture = null }: UserSeed): User {
  return toUser(Object.assign(userRow(state, id), { name, picture }));
}

function createCall({ state, connections, puppets, dispatch }: World): TestServer['call'] {
  const needsSocket = (operation: OperationName) => !('rest' in operations[operation]);
  return (userId, operation, input) => {
    userRow(state, userId);
    const connection = connections.of(userId)[0] ?? (needsSocket(operation) ? puppets.of(userId) : null);
    const identity = { userId, expiresAt: Number.POSITIVE_INFINITY };
    const reply = dispatch(operation, { identity, connection, over: 'test' }, input);
    if (reply.ok) return reply.data as Output<typeof operation>;
    throw new ChatError(reply.error);
  };
}

function createFaults(world: World): Faults {
  const { faults, tokens, connections, clock } = world;
  const { drop, delay, duplicate, limit, fail } = faults;
  return {
    ...{ drop, delay, duplicate, limit, fail },
    expireToken(userId) {
      tokens.expire(userId);
      for (const connection of connections.of(userId)) connection.extend(clock.now());
    },
    disconnect(userId, reason = 'transport close') {
      for (const connection of connections.of(userId)) world.cut(connection, reason);
    },
    drain(reconnectAfterMs = 0) {
      for (const { id } of connections) {
        world.hub.publish([{ event: 'server:draining', audience: { socketId: id }, payload: { reconnectAfterMs } }]);
      }
    },
    loseLog(roomId) {
      existing(world.state.rooms, roomId).epoch += 1;
    },
    goDown() {
      world.setUp(false);
      for (const connection of [...connections]) world.cut(connection, 'transport close');
    },
    comeUp: () => world.setUp(true),
  };
}
