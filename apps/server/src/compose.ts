import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { Server as NetServer, type Socket as NetSocket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'socket.io';
import type { Identity, Services } from './core/context.js';
import { createDispatch } from './core/dispatch.js';
import { drainable } from './core/drain.js';
import { AppError } from './core/errors.js';
import { createToErrorBody } from './core/failure.js';
import { inTime } from './core/in-time.js';
import type { Bus, Emission, Log, LogPublisher, Publisher, TokenVerifier } from './core/ports.js';
import type { Env } from './env.js';
import { createCallRepository } from './features/call/call.repository.js';
import { createCallService } from './features/call/call.service.js';
import { startCallDrops } from './features/call/call-drops.js';
import { startCallRinger } from './features/call/call-ringer.js';
import { createAccessRepository } from './features/member/access.repository.js';
import { createAccessCache } from './features/member/access-cache.js';
import { createMemberRepository } from './features/member/member.repository.js';
import { createMemberService } from './features/member/member.service.js';
import { createMessageRepository } from './features/message/message.repository.js';
import { createMessageService } from './features/message/message.service.js';
import { createMessageWriter } from './features/message/message-writer.js';
import { createPresenceRepository } from './features/presence/presence.repository.js';
import { createPresenceService } from './features/presence/presence.service.js';
import { createActivityRepository } from './features/room/activity.repository.js';
import { createRoomRepository } from './features/room/room.repository.js';
import { createRoomService } from './features/room/room.service.js';
import { createRoomLog } from './features/room/room-log.repository.js';
import { createViewService } from './features/room/view.service.js';
import { startRetention } from './features/sync/retention.js';
import { createRetentionRepository } from './features/sync/retention.repository.js';
import { createSyncRepository } from './features/sync/sync.repository.js';
import { createLogReader, createSyncService } from './features/sync/sync.service.js';
import { createTyping } from './features/typing/typing.service.js';
import { refusalOf, type StandingListener } from './features/user/standing.js';
import { createStandingRepository } from './features/user/standing.repository.js';
import { startStandingWatch } from './features/user/standing-watch.js';
import { createUserRepository } from './features/user/user.repository.js';
import { createUserService } from './features/user/user.service.js';
import { createUserDirectory } from './features/user/user-directory.js';
import { createAloneBus } from './infra/alone-bus.js';
import { keptSecret } from './infra/auth-secret.js';
import { createAddressOf } from './infra/client-address.js';
import { createMemoryRateLimiter } from './infra/memory-rate-limiter.js';
import type { Database } from './infra/prisma/database.js';
import { isUnavailable } from './infra/prisma/errors.js';
import { connectRedis } from './infra/redis/connection.js';
import { RedisBus } from './infra/redis/redis-bus.js';
import { createRedisPresenceStore } from './infra/redis/redis-presence-store.js';
import { createRedisRateLimiter } from './infra/redis/redis-rate-limiter.js';
import { createRedisSocketCount } from './infra/redis/redis-socket-count.js';
import { createTokenCache } from './infra/token-cache.js';
import { createTokenMint, createTokenVerifier } from './infra/tokens.js';
import { createActivity } from './realtime/activity.js';
import { startBeat } from './realtime/beat.js';
import { createClusterPublisher } from './realtime/cluster-publisher.js';
import { ConnectionTable } from './realtime/connection.js';
import { Elsewhere } from './realtime/elsewhere.js';
import { identifyHandshake } from './realtime/handshake.js';
import { LogOrder, type RoomOrder } from './realtime/log-order.js';
import { createMembersCheck, createMembershipListener } from './realtime/membership.js';
import { LEASE_MS, Peers } from './realtime/peers.js';
import { PresenceAnnouncer } from './realtime/presence.js';
import { createPresence } from './realtime/presence-over-nodes.js';
import { PresenceRegistry } from './realtime/presence-registry.js';
import { PublishedLog } from './realtime/published-log.js';
import { SocketPublisher } from './realtime/publisher.js';
import { createRepair } from './realtime/repair.js';
import { sendOff } from './realtime/send-off.js';
import { createSocketServer } from './realtime/socket-server.js';
import { createHttpApp } from './transports/http.js';
import { serveNamespace } from './transports/socket.js';

export interface App {
  /** Listens on the port, or on a free one for 0; resolves with it. */
  listen(port: number): Promise<number>;
  /**
   * Is not ready any more, accepts no connection, and tells sockets to move; serves them until all have, or their time is
   * over. `close` follows.
   */
  drain(): Promise<void>;
  /** Lets calls under way finish, then closes everything but the database. */
  close(): Promise<void>;
}

/** What tests of faults change. */
export interface ComposeOptions {
  /** In place of the protocol's time between two beats, in milliseconds. */
  beatMs?: number;
  /** Called when entries of a room's log are about to be published; with `false` nobody is told of them. */
  beforePublish?(emissions: readonly Emission[]): boolean;
  /** Called with what other nodes are about to be told; with `false` they are not. */
  beforeSend?(message: unknown): boolean;
  /** Takes the place of what puts rooms' logs in order. */
  replaceOrder?(order: RoomOrder, local: Publisher): RoomOrder;
}

/** Builds every object of the server, and is the only file that knows the concrete ones. */
export function compose(env: Env, database: Database, log: Log, options: ComposeOptions = {}): App {
  const { prisma } = database;
  const toErrorBody = createToErrorBody({ log, isUnavailable, newRequestId: randomUUID });
  const secret = env.auth.secret ?? (env.auth.jwksUrl ? undefined : keptSecret(env.dataDir));
  const tokens = createTokenVerifier({ ...env.auth, secret });
  const mint = secret ? createTokenMint({ ...env.auth, secret }) : null;

  const users = createUserRepository(database);
  const directory = createUserDirectory(users);
  const standings = createStandingRepository(database);
  const identifyWith =
    ({ verify }: TokenVerifier) =>
    async (token: string): Promise<Identity> => {
      const identity = await verify(token);
      await directory.meet(identity);
      return identity;
    };
  const identify = identifyWith(tokens);

  const httpServer = createAdaptorServer({
    fetch: (...args) => http.fetch(...args),
    hostname: 'localhost',
  }) as HttpServer;
  const sockets = openSockets(httpServer);
  const addressOf = createAddressOf(env.trustedProxies);
  const io = createSocketServer(httpServer, { origins: env.origins, addressOf, log });
  const namespaces = [io.of('/'), io.of('/chat')];

  const nodeId = randomUUID();
  const redis = env.redis ? connectRedis(env.redis, log) : null;
  const bus = failingBus(redis ? new RedisBus(redis, nodeId, log) : createAloneBus(nodeId), options);

  const elsewhere = new Elsewhere();
  const registry = new PresenceRegistry(elsewhere);
  /** To sockets of this node. */
  const local = new SocketPublisher(namespaces, registry);
  const published = new PublishedLog();
  local.onPublished((emission) => published.published(emission));
  const sync = createSyncRepository(prisma, env.roomLog);
  const logOrder = new LogOrder({
    published,
    publisher: local,
    repair: createRepair({
      published,
      publisher: local,
      log,
      readLog: createLogReader(sync),
      async checkMembers(roomId) {
        access.clear();
        await checkMembers(roomId);
      },
    }),
    mayCome: () => redis !== null && bus.isUp(),
    log,
  });
  const order = options.replaceOrder?.(logOrder, local) ?? logOrder;
  const publisher = createClusterPublisher({ bus, local, order });
  const roomLog = createRoomLog(prisma, failing(publisher.log, options));

  const announcer = new PresenceAnnouncer({
    registry,
    elsewhere,
    publisher: local,
    everywhere: publisher,
    log,
    rooms: users.rooms,
    learn: (roomId, seq) => published.learn(roomId, seq),
    lastDisconnected: (userId) => drops.disconnected(userId),
    markSeen: users.markSeen,
  });
  const peers =
    redis &&
    new Peers({
      bus,
      store: createRedisPresenceStore(redis, nodeId, LEASE_MS),
      elsewhere,
      log,
      isLocal: (roomId) => registry.onlineIn(roomId).size > 0,
      own: () => announcer.own(),
      listener: announcer,
      nodeGone: () => drops.nodeGone(),
    });
  if (peers) announcer.join(peers);
  const presence = createPresence({ registry, announcer, peers });

  const typing = createTyping(publisher, local);
  local.onPublished(typing.published);
  const connections = new ConnectionTable();
  const listener: StandingListener = {
    changed(userId, standing) {
      directory.forget(userId);
      connections.cut(userId, (identity) => refusalOf(standing, identity)?.body ?? null);
    },
  };
  const membership = createMembershipListener(connections, announcer, typing.stop);
  local.follow(membership);
  const members = createMemberRepository(prisma);
  const checkMembers = createMembersCheck(registry, membership, members.among);
  const activity = createActivity({
    registry,
    connections,
    publisher: local,
    log,
    read: createActivityRepository(prisma).activity,
  });
  local.onPublished(activity.published);

  const rooms = createRoomRepository(prisma);
  const calls = createCallRepository(database);
  const messages = createMessageRepository(database);
  const services: Services = {
    ...createRoomService(rooms),
    ...createViewService({ rooms, presence, typing, calls }),
    ...createSyncService(sync),
    ...createMemberService(members, rooms),
    ...createMessageService(messages, createMessageWriter({ roomLog, append: messages.append, isUnavailable })),
    ...typing.services,
    ...createPresenceService(presence, createPresenceRepository(prisma)),
    ...createCallService(calls),
    ...createUserService({ users, directory, standings, listener, tokens, mint, production: env.production }),
  };
  const access = createAccessCache(createAccessRepository(database), { hears: () => bus.isUp() });
  local.onPublished(access.published);
  const memoryLimiter = createMemoryRateLimiter(env.rateLimitFactor);
  const whole = drainable(
    createDispatch({
      services,
      access,
      limiter: redis ? createRedisRateLimiter(redis, bus, memoryLimiter, env.rateLimitFactor) : memoryLimiter,
      publisher,
      roomLog,
      log,
      production: env.production,
      toErrorBody,
    }),
  );
  let isLeaving = false;
  const dispatch = inTime(whole.dispatch);

  const http = createHttpApp({
    dispatch,
    // A client sends the same token with each request, and to a socket once.
    callers: { identify: identifyWith(createTokenCache(tokens)), addressOf },
    origins: env.origins,
    toErrorBody,
    isLeaving: () => isLeaving,
    async checkReady() {
      if (isLeaving) throw new AppError('UNAVAILABLE', 'The server is shutting down');
      await database.ping();
      return bus.isUp() ? 'ready' : 'degraded';
    },
  });
  const socketCount = redis && peers && createRedisSocketCount(redis, bus, () => peers.liveNodes());
  for (const namespace of namespaces) {
    serveNamespace(namespace, {
      dispatch,
      connections,
      presence: announcer,
      identify: (auth) => identifyHandshake(auth, identify),
      recheck: directory.meet,
      toErrorBody,
      ...(socketCount && { socketCount }),
      stopTyping: (socketId) => typing.stop(socketId),
      isLeaving: () => isLeaving,
      limitFactor: env.rateLimitFactor,
    });
  }
  const ringer = startCallRinger(calls, roomLog, log);
  const drops = startCallDrops({ calls, roomLog, presence, log });
  const standingWatch = startStandingWatch({ standings, listener, log });
  const retention = startRetention(createRetentionRepository(prisma, env.roomLog), log);
  const beat = startBeat({
    registry,
    connections,
    published,
    repair: order,
    roomLog,
    log,
    readSeqs: sync.seqs,
    retell: activity.retell,
    hears: () => bus.isUp(),
    settleMs: redis ? SETTLE_MS : 0,
    ...(options.beatMs !== undefined && { everyMs: options.beatMs }),
  });

  bus.onChange((isUp) => {
    // What was said meanwhile is lost: the database has all of it that matters.
    access.clear();
    if (!isUp) order.stopWaiting();
    beat.now();
  });

  return {
    listen: (port) => listen(httpServer, port),
    async drain() {
      isLeaving = true;
      stopAccepting(httpServer);
      await sendOff(connections);
    },
    async close() {
      isLeaving = true;
      ringer.stop();
      drops.stop();
      await Promise.all([whole.drain(), beat.close(), retention.close(), standingWatch.close()]);
      await activity.close();
      announcer.close();
      typing.close();
      await closeServers(io, httpServer, sockets);
      await peers?.close();
      bus.close();
      redis?.close();
    },
  };
}

/** What other nodes have committed is on its way to this one. */
const SETTLE_MS = 250;

function failing(publisher: LogPublisher, { beforePublish }: ComposeOptions): LogPublisher {
  if (!beforePublish) return publisher;
  return {
    async publish(roomId, emissions) {
      if (beforePublish(emissions)) await publisher.publish(roomId, emissions);
    },
  };
}

function failingBus(bus: Bus, { beforeSend }: ComposeOptions): Bus {
  if (!beforeSend) return bus;
  const send = bus.send.bind(bus);
  bus.send = (channel, message) => {
    if (beforeSend(message)) send(channel, message);
  };
  return bus;
}

/** Connections that wait to be accepted: when a server comes back, thousands come at once. The system may set less. */
const BACKLOG = 4_096;

function listen(server: HttpServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** The connections to the server, WebSockets among them, which it no longer counts as its own. */
function openSockets(server: HttpServer): ReadonlySet<NetSocket> {
  const sockets = new Set<NetSocket>();
  server.on('connection', (socket: NetSocket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Connections that are kept alive stay: a request may be on its way on any of them. */
function stopAccepting(server: HttpServer): void {
  NetServer.prototype.close.call(server);
}

/** How long answers may take to be written, once all calls are done. */
const ANSWER_MS = 1_000;

/**
 * Socket.IO closes the HTTP server with it. Connections that are kept alive do not end by themselves: each is cut when
 * its answer is out. Nor does a WebSocket whose other side is silent: its goodbye would be waited for.
 */
async function closeServers(io: Server, httpServer: HttpServer, sockets: ReadonlySet<NetSocket>): Promise<void> {
  // Answers wait for the end of the turn; what is not handed over by then is discarded.
  await nextTurn();
  const closed = io.close();
  const sweep = setInterval(() => httpServer.closeIdleConnections(), 10);
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, ANSWER_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
