import { connect, createServer, type Socket } from 'node:net';
import { type Duplex, Transform } from 'node:stream';

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
  /** Cuts all connections; new ones are let through. */
  cut(): void;
  /** From now on each piece takes so long, in either direction: what `ms` gives, or what the piece before it took. */
  delay(ms: () => number): void;
}

export interface TcpProxyOptions {
  /** Made for each connection: what comes from the target passes through it on its way to the client. */
  toClient?: () => Duplex;
}

/** Forwards connections to 127.0.0.1:`targetPort`; a function is asked for each connection. */
export async function startTcpProxy(
  targetPort: number | (() => number),
  { toClient }: TcpProxyOptions = {},
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let refusing = false;
  let delayOf: (() => number) | null = null;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    if (frozen) socket.pause();
  };
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    const target = connect(typeof targetPort === 'number' ? targetPort : targetPort(), '127.0.0.1');
    client.pipe(slow(() => delayOf?.() ?? 0)).pipe(target);
    const answers = target.pipe(slow(() => delayOf?.() ?? 0));
    (toClient ? answers.pipe(toClient()) : answers).pipe(client);
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
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    delay(ms) {
      delayOf = ms;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands on each piece after a time, in their order; the time of one begins when it comes. */
function slow(delayMs: () => number): Transform {
  const waiting: unknown[] = [];
  let last = 0;
  let ended = () => {};
  return new Transform({
    transform(piece, _encoding, done) {
      const ms = delayMs();
      if (ms === 0 && waiting.length === 0) return done(null, piece);
      last = Math.max(last, performance.now() + ms);
      waiting.push(piece);
      setTimeout(() => {
        // Timers of different lengths may change places by a millisecond; the pieces may not.
        const next = waiting.shift();
        if (!this.destroyed) this.push(next);
        if (waiting.length === 0) ended();
      }, last - performance.now());
      done();
    },
    flush(done) {
      ended = done;
      if (waiting.length === 0) done();
    },
  });
}
