import type { Server as HttpServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Namespace } from 'socket.io';
import { createSocketServer, type SocketServerDeps, webSocketsOf } from '../realtime/socket-server.js';

export interface Servers {
  /** Both of Socket.IO's: they are alike. */
  namespaces: readonly Namespace[];
  /** Listens on the port, or on a free one for 0; resolves with it. */
  listen(port: number): Promise<number>;
  /** Accepts no connection any more. Those that are kept alive stay: a request may be on its way on any of them. */
  stopAccepting(): void;
  /**
   * Socket.IO closes the HTTP server with it. Connections that are kept alive do not end by themselves: each is cut when
   * its answer is out. Nor does a WebSocket whose other side is silent: its goodbye would be waited for.
   */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch'];

/** Connections that wait to be accepted: when a server comes back, thousands come at once. The system may set less. */
const BACKLOG = 4_096;
/**
 * Longer than load balancers keep a connection without requests, 60 s for nginx and AWS: who ends it must not be the server,
 * as the next request may be on its way.
 */
const KEEP_ALIVE_MS = 75_000;
/** How long answers may take to be written, once all calls are done. */
const ANSWER_MS = 1_000;

/** The HTTP server, answered by `fetch`, and Socket.IO on it. */
export function openServers(fetch: Fetch, deps: SocketServerDeps): Servers {
  const httpServer = createAdaptorServer({ fetch, hostname: 'localhost' }) as HttpServer;
  httpServer.keepAliveTimeout = KEEP_ALIVE_MS;
  const io = createSocketServer(httpServer, deps);
  // Engine.IO hangs up on those that want something else, and would wait for their goodbye: nobody else knows them any more.
  httpServer.on('upgrade', ({ url }, socket) => {
    if (!url?.startsWith(`${io.path()}/`)) socket.once('finish', () => socket.destroy());
  });

  return {
    namespaces: [io.of('/'), io.of('/chat')],
    listen: (port) => listen(httpServer, port),
    stopAccepting: () => void NetServer.prototype.close.call(httpServer),
    async close() {
      // Answers wait for the end of the turn; what is not handed over by then is discarded.
      await nextTurn();
      const closed = io.close();
      const sweep = setInterval(() => httpServer.closeIdleConnections(), 10);
      const cut = setTimeout(() => {
        httpServer.closeAllConnections();
        for (const socket of webSocketsOf(io)) socket.terminate();
      }, ANSWER_MS);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

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
