import type { Server as HttpServer } from 'node:http';
import { BOUNDS, TIMES } from '@dream-studio/contracts';
import { Server, type ServerOptions } from 'socket.io';
import type { Log } from '../core/ports.js';
import { cutWhenSlow, type QueuedConnection } from './backpressure.js';
import { coalesceWrites, type FlushedConnection } from './coalesced-writes.js';
import { RoomAdapter } from './room-adapter.js';

export interface SocketServerDeps {
  /** Exact origins that browsers may connect from. */
  origins: readonly string[];
  log: Log;
}

/** The Socket.IO server, without namespaces and what is said in them. `options` are what tests change. */
export function createSocketServer(
  httpServer: HttpServer,
  { origins, log }: SocketServerDeps,
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
    httpCompression: false,
    ...options,
  });
  io.engine.on('connection', (connection: QueuedConnection & FlushedConnection) => {
    coalesceWrites(connection);
    cutWhenSlow(connection, (queued) => log.info({ queued }, 'slow consumer cut'));
  });
  return io;
}
