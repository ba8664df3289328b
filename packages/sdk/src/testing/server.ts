import { type EventName, events, type OperationName, type Output, operations } from '@dream-studio/contracts';
import { ChatError } from '../errors.js';
import { followActivity } from './activity.js';
import { createManualClock, createRealClock } from './clock.js';
import { type Connection, createConnections, type Wire } from './connections.js';
import { createDispatch } from './dispatch.js';
import { createFaultPlan } from './faults.js';
import { createGateway, followMembership } from './gateway.js';
import { createHub } from './hub.js';
import { createLimiter } from './limiter.js';
import { createPresence } from './presence.js';
import { seedRoom } from './seed.js';
import { createHandlers } from './services/index.js';
import { createTyping } from './services/typing.js';
import { createState, toUser, userRow } from './state.js';
import { createStateView } from './state-view.js';
import { createTokens } from './tokens.js';
import { createTraffic } from './traffic.js';
import type { Faults, TestServer, TestServerOptions, UserSeed } from './types.js';
import { createFetch } from './wires/fetch.js';
import { createOpenSocket } from './wires/socket.js';

const URL_OF_NOWHERE = 'http://chat.test';

/**
 * A chat server in memory, for tests and stories of what is built on the SDK: no network, no process, no database.
 * Each one is a world of its own.
 */
export function createTestServer(options: TestServerOptions = {}): TestServer {
  const { limitFactor = 1 } = options;
  const traffic = createTraffic();
  const clock =
    options.clock === 'manual'
      ? createManualClock((options.now ?? Date.now)(), traffic.settled)
      : createRealClock(options.now);
  const state = createState();
  const plan = createFaultPlan();
  const connections = createConnections();
  const hub = createHub(state, connections, plan);
  const presence = createPresence(state, hub, clock);
  const typing = createTyping(hub, clock);
  const tokens = createTokens(state, clock);
  const handlers = createHandlers({ state, clock, hub, presence, typing, tokens });
  const dispatch = createDispatch({ state, handlers, limiter: createLimiter(clock, limitFactor), hub, faults: plan });
  let up = true;
  const gateway = createGateway({
    ...{ state, clock, traffic, connections, hub, presence, typing, tokens, dispatch, limitFactor, faults: plan },
    isUp: () => up,
  });
  followMembership({ hub, connections, typing, presence });
  followActivity({ state, connections, hub, clock });

  const [fetch, openSocket] = [createFetch(gateway), createOpenSocket(gateway)];
  const puppets = createPuppets((userId, wire) =>
    gateway.attach({ userId, expiresAt: Number.POSITIVE_INFINITY }, wire),
  );
  const addUser = ({ id, name, picture = null }: UserSeed) =>
    toUser(Object.assign(userRow(state, id), { name, picture }));
  for (const user of options.users ?? []) addUser(user);

  const cut = (connection: Connection, reason: string) => {
    connection.cut(reason);
    if (puppets.delete(connection)) gateway.detach(connection);
  };

  const faults: Faults = {
    ...plan,
    expireToken(userId) {
      tokens.expire(userId);
      for (const connection of connections.of(userId)) connection.extend(clock.now());
    },
    disconnect(userId, reason = 'transport close') {
      for (const connection of connections.of(userId)) cut(connection, reason);
    },
    goDown() {
      up = false;
      for (const connection of [...connections]) cut(connection, 'transport close');
    },
    comeUp() {
      up = true;
    },
  };

  const close = () => {
    for (const connection of [...connections]) cut(connection, 'io server disconnect');
    up = false;
    clock.stop();
  };

  return {
    connectAs(user) {
      const { id } = typeof user === 'number' ? userRow(state, user) : addUser(user);
      return { url: URL_OF_NOWHERE, getToken: () => tokens.issue(toUser(userRow(state, id))), fetch, openSocket };
    },
    addUser,
    addRoom: (seed) => seedRoom({ state, clock, hub }, seed),
    call(userId, operation, input) {
      userRow(state, userId);
      const connection = connections.of(userId)[0] ?? (needsSocket(operation) ? puppets.of(userId) : null);
      const identity = { userId, expiresAt: Number.POSITIVE_INFINITY };
      const reply = dispatch(operation, { identity, connection, over: 'test' }, input);
      if (reply.ok) return reply.data as Output<typeof operation>;
      throw new ChatError(reply.error);
    },
    setOnline(userId, online) {
      userRow(state, userId);
      const puppet = puppets.find(userId);
      if (online) puppets.of(userId);
      else if (puppet) cut(puppet, 'transport close');
    },
    emit(userIds, event, payload) {
      events[event satisfies EventName].payload.parse(payload);
      hub.publish([{ event, audience: { users: typeof userIds === 'number' ? [userIds] : userIds }, payload }]);
    },
    sent: hub.sent,
    received: dispatch.received,
    state: createStateView({ state, presence, typing }),
    faults,
    clock,
    settled: traffic.settled,
    close,
    [Symbol.dispose]: close,
  };
}

const needsSocket = (operation: OperationName): boolean => !('rest' in operations[operation]);

/** Sockets of users without a client: nobody listens to them. */
function createPuppets(attach: (userId: number, wire: Wire) => Connection) {
  const puppets = new Set<Connection>();
  const find = (userId: number) => [...puppets].find((puppet) => puppet.userId === userId);
  return {
    find,
    of(userId: number): Connection {
      const puppet = find(userId) ?? attach(userId, { deliver: () => {}, cut: () => {} });
      puppets.add(puppet);
      return puppet;
    },
    delete: (connection: Connection) => puppets.delete(connection),
  };
}
