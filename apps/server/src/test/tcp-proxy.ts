import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on not a byte gets through, and nobody is told: the other side seems to hang. New connections are accepted. */
  freeze(): void;
  /** Lets what waited and what follows through. */
  thaw(): void;
  /** Cuts all connections, and each new one at once. */
  refuse(): void;
  /** Lets new connections through again. */
  accept(): void;
}

export interface TcpProxyOptions {
  /** Made for each connection: what comes from the target passes through it on its way to the client. */
  toClient?: () => Duplex;
}

/** Forwards connections to 127.0.0.1:`targetPort`. */
export async function startTcpProxy(targetPort: number, { toClient }: TcpProxyOptions = {}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let refusing = false;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    if (frozen) socket.pause();
  };
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    const target = connect(targetPort, '127.0.0.1');
    client.pipe(target);
    (toClient ? target.pipe(toClient()) : target).pipe(client);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    track(client);
    track(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    refuse() {
      refusing = true;
      for (const socket of sockets) socket.destroy();
    },
    accept() {
      refusing = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
