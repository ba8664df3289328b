import type { Server as HttpServer } from 'node:http';
import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { Server, type ServerOptions } from 'socket.io';
import type { WebSocket } from 'ws';
import type { AddressOf, Log } from '../core/ports.js';
import { createSlowConsumerCut, type QueuedConnection } from './backpressure.js';
import { CoalescingWebSocketServer, coalesceWrites, type EngineConnection } from './coalesced-writes.js';
import { type HandshakenConnection, releaseRequest } from './lean-connection.js';
import { RoomAdapter } from './room-adapter.js';

export interface SocketServerDeps {
  /** Exact origins that browsers may connect from. */
  origins: readonly string[];
  addressOf: AddressOf;
  log: Log;
}

/** The Socket.IO server, without namespaces and what is said in them. `options` are what tests change. */
export function createSocketServer(
  httpServer: HttpServer,
  { origins, addressOf, log }: SocketServerDeps,
  options: Partial<ServerOptions> = {},
): Server {
  const io = new Server(httpServer, {
    cors: { origin: [...origins], credentials: true },
    // `cors` alone does not stop a WebSocket from a foreign page. Without an Origin it is no browser.
    allowRequest: ({ headers: { origin } }, callback) =>
      callback(null, origin === undefined || origins.includes(origin)),
    maxHttpBufferSize: BOUNDS.bodyMaxBytes,
    pingInterval: TIMES.pingIntervalMs,
    pingTimeout: TIMES.pingTimeoutMs,
    connectTimeout: TIMES.connectTimeoutMs,
    serveClient: false,
    perMessageDeflate: false,
    adapter: RoomAdapter,
    wsEngine: CoalescingWebSocketServer,
    httpCompression: false,
    ...options,
  });
  const cutWhenSlow = createSlowConsumerCut((queued) => log.info({ queued }, 'slow consumer cut'));
  io.engine.on('connection', (connection: QueuedConnection & EngineConnection & HandshakenConnection) => {
    cutWhenSlow(connection);
    coalesceWrites(connection);
    releaseRequest(connection, addressOf);
  });
  return io;
}

/** All that are open, also those that are not yet, or not any more, a client's. */
export function webSocketsOf(io: Server): Iterable<WebSocket> {
  // Engine.IO's own, which its types keep to themselves.
  return (io.engine as unknown as { ws: CoalescingWebSocketServer }).ws.clients;
}
