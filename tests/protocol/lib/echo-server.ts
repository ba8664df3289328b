import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type ServerOptions } from 'socket.io';
import { createSocketServer } from '../../../apps/server/src/realtime/socket-server.js';
import { clusterNodes } from '../../../apps/server/src/test/cluster.js';
import { startHaproxy } from '../../../scripts/lib/proxies.js';

/** So slow that no test sees one. */
export const HEARTBEAT = { pingInterval: 60_000, pingTimeout: 30_000 } as const;
/** Fast enough to wait for. */
export const FAST = { pingInterval: 300, pingTimeout: 1_000 } as const;
/** What the protocol's documents name; ours is smaller. */
export const MAX_PAYLOAD = 1_000_000;

export interface EchoServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The server; one of several in the project `cluster`. */
  readonly io: Server;
  /** Whether a poll of the session waits. */
  isPolling(sid: string): boolean;
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Socket.IO's options, and whether it is to be as it comes. */
export type EchoOptions = Partial<ServerOptions> & { stock?: boolean };

const deps = { origins: ['http://localhost:3000'], addressOf: () => '127.0.0.1', log: quiet };

interface Node extends AsyncDisposable {
  readonly port: number;
  readonly io: Server;
}

async function startNode({ stock, ...changes }: EchoOptions, prepare: (io: Server) => void): Promise<Node> {
  // What is not Engine.IO's: a load balancer asks for it.
  const httpServer = createServer((_request, response) => response.end('ready'));
  const options = { ...HEARTBEAT, maxHttpBufferSize: MAX_PAYLOAD, ...changes };
  const io = stock
    ? new Server(httpServer, { cors: { origin: deps.origins, credentials: true }, ...options })
    : createSocketServer(httpServer, deps, options);
  prepare(io);
  await once(httpServer.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (httpServer.address() as AddressInfo).port,
    io,
    async [Symbol.asyncDispose]() {
      const closed = io.close();
      httpServer.closeAllConnections();
      await closed;
    },
  };
}

/** One server; in the project `cluster` several behind HAProxy, in this process: they share nothing. */
async function start(options: EchoOptions, prepare: (io: Server) => void): Promise<EchoServer> {
  const nodes = await Promise.all(Array.from({ length: clusterNodes || 1 }, () => startNode(options, prepare)));
  const [{ io, port }] = nodes as [Node];
  const proxy = clusterNodes > 0 ? await startHaproxy(nodes.map((node) => node.port)) : null;
  return {
    url: proxy?.url ?? `http://127.0.0.1:${port}`,
    io,
    isPolling: (sid) => nodes.some((node) => connectionsOf(node.io)[sid]?.transport.writable === true),
    async [Symbol.asyncDispose]() {
      await proxy?.stop();
      for (const node of nodes) await node[Symbol.asyncDispose]();
    },
  };
}

/** By id; the types keep them to themselves. */
const connectionsOf = ({ engine }: Server) =>
  (engine as unknown as { clients: Record<string, { transport: { writable: boolean } }> }).clients;

/** The server's Engine.IO without Socket.IO on it: each message comes back as it is. */
export const startEngineEcho = (options: EchoOptions = {}): Promise<EchoServer> =>
  start(options, ({ engine }) => {
    // Socket.IO listens first, and would take what is said here for its own protocol.
    const [toSocketIo] = engine.listeners('connection') as (() => void)[];
    if (toSocketIo) engine.off('connection', toSocketIo);
    engine.on('connection', (connection: EngineConnection) => connection.on('data', (data) => connection.send(data)));
  });

/** What is used here of an Engine.IO connection. */
export interface EngineConnection {
  readonly id: string;
  on(event: 'data', listener: (data: string | Buffer) => void): unknown;
  on(event: 'close' | 'drain' | 'flush', listener: () => void): unknown;
  send(data: string | Buffer, options?: object, written?: () => void): unknown;
  close(): unknown;
}

/** Two namespaces that anyone may connect to, which tell what they were told. */
export const startSocketEcho = (options: EchoOptions = {}): Promise<EchoServer> =>
  start(options, (io) => {
    for (const name of ['/', '/custom']) {
      io.of(name).on('connection', (socket) => {
        socket.emit('auth', socket.handshake.auth);
        socket.on('message', (...args) => socket.emit('message-back', ...args));
        socket.on('message-with-ack', (...args) => args.pop()(...args));
      });
    }
  });
