import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { pino } from 'pino';
import type { Services } from '../core/context.js';
import { createDispatch } from '../core/dispatch.js';
import { createToErrorBody } from '../core/failure.js';
import type { RoomLog } from '../core/ports.js';
import { createAddressOf } from '../infra/client-address.js';
import { createMemoryRateLimiter } from '../infra/memory-rate-limiter.js';
import { createTokenMint, createTokenVerifier } from '../infra/tokens.js';
import { ConnectionTable } from '../realtime/connection.js';
import { Elsewhere } from '../realtime/elsewhere.js';
import { identifyHandshake } from '../realtime/handshake.js';
import { PresenceAnnouncer } from '../realtime/presence.js';
import { PresenceRegistry } from '../realtime/presence-registry.js';
import { SocketPublisher } from '../realtime/publisher.js';
import { createSocketServer } from '../realtime/socket-server.js';
import { createHttpApp } from '../transports/http.js';
import { serveNamespace } from '../transports/socket.js';
import { TEST_SECRET, type TestApp } from './app.js';

/** How a service fails here. */
export type Failing = (operation: string) => Promise<never>;

/**
 * The real dispatcher, transports and realtime over services which all fail as told, and a gate that lets everyone in.
 * Without a database.
 */
export async function startThrowingApp(failing: Failing) {
  const logs: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  let requests = 0;
  const toErrorBody = createToErrorBody({ log, isUnavailable: () => false, newRequestId: () => `r${++requests}` });
  const tokens = createTokenVerifier({ secret: TEST_SECRET });
  const identify = (token: string) => tokens.verify(token);
  const addressOf = createAddressOf([]);

  const httpServer = createAdaptorServer({ fetch: (...args) => http.fetch(...args) }) as HttpServer;
  const io = createSocketServer(httpServer, { origins: [], addressOf, log });
  const namespaces = [io.of('/'), io.of('/chat')];
  const registry = new PresenceRegistry();
  const publisher = new SocketPublisher(namespaces, registry);
  const markSeen = async () => new Date();
  const presence = new PresenceAnnouncer({
    registry,
    elsewhere: new Elsewhere(),
    publisher,
    everywhere: publisher,
    log,
    rooms: async () => [],
    learn() {},
    markSeen,
    lastDisconnected() {},
  });
  const connections = new ConnectionTable();

  const owner = async () => ({ roomId: 1, role: 'OWNER' }) as const;
  const dispatch = createDispatch({
    services: new Proxy({}, { get: (_, name) => () => failing(String(name)) }) as Services,
    access: { byRoom: owner, byMessage: owner, byCall: owner, exists: async () => true },
    limiter: createMemoryRateLimiter(1_000),
    publisher,
    roomLog: {} as RoomLog,
    log,
    production: false,
    toErrorBody,
  });
  const callers = { identify, addressOf };
  const http = createHttpApp({ dispatch, callers, origins: [], toErrorBody, checkReady: () => failing('readyz') });
  for (const namespace of namespaces) {
    serveNamespace(namespace, {
      dispatch,
      connections,
      presence,
      identify: (auth) => identifyHandshake(auth, identify),
      recheck: async () => {},
      toErrorBody,
      stopTyping: () => {},
      limitFactor: 1_000,
    });
  }
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  const request: TestApp['http'] = async (method, path, { token, body } = {}) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(url + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    url,
    http: request,
    logs,
    mint: createTokenMint({ secret: TEST_SECRET }),
    async close() {
      presence.close();
      httpServer.closeAllConnections();
      await io.close();
    },
  };
}
