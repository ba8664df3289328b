import { randomUUID } from 'node:crypto';
import { startBackground } from './compose/background.js';
import { createIdentification } from './compose/identity.js';
import { createLimiter, joinNodes } from './compose/nodes.js';
import type { ComposeOptions } from './compose/options.js';
import { createPresenceParts } from './compose/presence.js';
import { createPublishing } from './compose/publishing.js';
import { createRepositories } from './compose/repositories.js';
import { openServers } from './compose/servers.js';
import { createServices } from './compose/services.js';
import { createDispatch } from './core/dispatch.js';
import { drainable } from './core/drain.js';
import { AppError } from './core/errors.js';
import { createToErrorBody } from './core/failure.js';
import { inTime } from './core/in-time.js';
import type { Log } from './core/ports.js';
import type { Env } from './env.js';
import { createAccessCache } from './features/member/access-cache.js';
import { createTyping } from './features/typing/typing.service.js';
import { refusalOf, type StandingListener } from './features/user/standing.js';
import { createAddressOf } from './infra/client-address.js';
import type { Database } from './infra/prisma/database.js';
import { isUnavailable } from './infra/prisma/errors.js';
import { createActivity } from './realtime/activity.js';
import { ConnectionTable } from './realtime/connection.js';
import { createMembersCheck, createMembershipListener } from './realtime/membership.js';
import { sendOff } from './realtime/send-off.js';
import { createHttpApp } from './transports/http.js';
import { serveNamespace } from './transports/socket.js';

export type { ComposeOptions } from './compose/options.js';

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

/** With several nodes: how long someone is taken for a member when nobody has told that they are none any more. */
const ACCESS_MAX_AGE_MS = 4_000;

/** Builds every object of the server. With the files of `compose/` it is the only one that knows the concrete ones. */
export function compose(env: Env, database: Database, log: Log, options: ComposeOptions = {}): App {
  const toErrorBody = createToErrorBody({ log, isUnavailable, newRequestId: randomUUID });
  const repositories = createRepositories(database, env);
  const { users, members } = repositories;
  const { directory, tokens, mint, ...identity } = createIdentification(env, users);
  const addressOf = createAddressOf(env.trustedProxies);
  const servers = openServers((...args) => http.fetch(...args), { origins: env.origins, addressOf, log });
  const { namespaces } = servers;
  const nodes = joinNodes(env, log, options);
  const { bus } = nodes;

  const checkMembers = async (roomId: number) => {
    access.clear();
    await putOut(roomId);
  };
  const publishing = createPublishing({
    nodes,
    namespaces,
    database,
    sync: repositories.sync,
    log,
    options,
    checkMembers,
  });
  const { registry, local, order, publisher, roomLog } = publishing;
  const { announcer, presence, socketCount, leaveNodes } = createPresenceParts({
    nodes,
    publishing,
    users,
    log,
    lastDisconnected: (userId) => background.drops.disconnected(userId),
    nodeGone: () => background.drops.nodeGone(),
  });

  const typing = createTyping(publisher, local);
  local.onPublished(typing.published);
  const connections = new ConnectionTable();
  const standingHere: StandingListener = {
    changed(userId, now) {
      directory.forget(userId);
      connections.cut(userId, (one) => refusalOf(now, one)?.body ?? null);
    },
  };
  const membership = createMembershipListener(connections, announcer, typing.stop);
  local.follow(membership);
  const putOut = createMembersCheck(registry, membership, members.among);
  const activity = createActivity({
    registry,
    connections,
    publisher: local,
    log,
    read: repositories.activity.activity,
  });
  local.onPublished(activity.published);
  const access = createAccessCache(repositories.access, {
    hears: () => bus.isUp(),
    // A removal counts within 5 s, whoever was to tell it.
    ...(nodes.redis && { maxAgeMs: ACCESS_MAX_AGE_MS }),
  });
  local.onPublished(access.published);

  const { production, rateLimitFactor } = env;
  const standingEverywhere: StandingListener = {
    changed(userId, now) {
      standingHere.changed(userId, now);
      background.lookNow.tell('standings');
    },
  };
  const user = { directory, listener: standingEverywhere, tokens, mint, production };
  const whole = drainable(
    createDispatch({
      services: createServices({ repositories, publishing, presence, typing, user }),
      access,
      limiter: createLimiter(nodes, rateLimitFactor, log),
      publisher,
      roomLog,
      log,
      production,
      toErrorBody,
    }),
  );
  let isLeaving = false;
  const dispatch = inTime(whole.dispatch);

  const http = createHttpApp({
    dispatch,
    callers: { identify: identity.identifyRequest, addressOf },
    origins: env.origins,
    toErrorBody,
    isLeaving: () => isLeaving,
    async checkReady() {
      if (isLeaving) throw new AppError('UNAVAILABLE', 'The server is shutting down');
      await database.ping();
      return bus.isUp() ? 'ready' : 'degraded';
    },
  });
  for (const namespace of namespaces) {
    serveNamespace(namespace, {
      dispatch,
      connections,
      presence: announcer,
      identify: identity.identifyHandshake,
      recheck: directory.meet,
      toErrorBody,
      ...(socketCount && { socketCount }),
      stopTyping: (socketId) => typing.stop(socketId),
      isLeaving: () => isLeaving,
      limitFactor: rateLimitFactor,
    });
  }
  const background = startBackground({
    nodes,
    publishing,
    repositories,
    presence,
    standing: standingHere,
    connections,
    retell: activity.retell,
    checkMembers,
    log,
    options,
  });

  bus.onChange((isUp) => {
    // What was said meanwhile is lost: the database has all of it that matters.
    access.clear();
    if (!isUp) order.stopWaiting();
    background.beat.now();
  });

  return {
    listen: servers.listen,
    async drain() {
      isLeaving = true;
      servers.stopAccepting();
      await sendOff(connections);
    },
    async close() {
      isLeaving = true;
      await Promise.all([background.close(), whole.drain()]);
      await activity.close();
      announcer.close();
      typing.close();
      await servers.close();
      await leaveNodes();
      nodes.close();
    },
  };
}
