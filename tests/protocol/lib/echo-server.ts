import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server, type ServerOptions } from 'socket.io';
import { createSocketServer } from '../../../apps/server/src/realtime/socket-server.js';

/** So slow that no test sees one. */
export const HEARTBEAT = { pingInterval: 60_000, pingTimeout: 30_000 } as const;
/** Fast enough to wait for. */
export const FAST = { pingInterval: 300, pingTimeout: 1_000 } as const;
/** What the protocol's documents name; ours is smaller. */
export const MAX_PAYLOAD = 1_000_000;

export interface EchoServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly io: Server;
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Socket.IO's options, and whether it is to be as it comes. */
export type EchoOptions = Partial<ServerOptions> & { stock?: boolean };

const deps = { origins: ['http://localhost:3000'], addressOf: () => '127.0.0.1', log: quiet };

async function start({ stock, ...changes }: EchoOptions, prepare: (io: Server) => void): Promise<EchoServer> {
  const httpServer = createServer();
  const options = { ...HEARTBEAT, maxHttpBufferSize: MAX_PAYLOAD, ...changes };
  const io = stock
    ? new Server(httpServer, { cors: { origin: deps.origins, credentials: true }, ...options })
    : createSocketServer(httpServer, deps, options);
  prepare(io);
  await once(httpServer.listen(0, '127.0.0.1'), 'listening');
  const { port } = httpServer.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    io,
    async [Symbol.asyncDispose]() {
      const closed = io.close();
      httpServer.closeAllConnections();
      await closed;
    },
  };
}

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
