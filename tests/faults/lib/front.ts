import { connect, createServer, type Socket } from 'node:net';

/** What stands before the nodes. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  /** To which it leads new connections. */
  readonly readyPorts: () => readonly number[];
  /** Connections that found no node. */
  readonly refused: () => number;
}

const PROBE_MS = 200;

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`, {
    signal: AbortSignal.timeout(1_000),
    headers: { connection: 'close' },
  }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Resolves with a connection, or null when nobody listens there. */
const reach = (port: number): Promise<Socket | null> =>
  new Promise((resolve) => {
    const target = connect(port, '127.0.0.1');
    target.once('connect', () => resolve(target)).once('error', () => resolve(null));
  });

/**
 * A load balancer of TCP connections: each new one goes to the next node that answers `/readyz`, and when nobody listens
 * there, to another. One that is there stays where it is.
 */
export async function startFront(ports: readonly number[]): Promise<Front> {
  const open = new Set<Socket>();
  let ready: readonly number[] = ports;
  let turn = 0;
  let refused = 0;
  const probe = async () => {
    const answers = await Promise.all(ports.map(isReady));
    ready = ports.filter((_, n) => answers[n]);
  };
  const nextNode = async (): Promise<Socket | null> => {
    turn += 1;
    const candidates = ready.map((_, n) => ready[(turn + n) % ready.length] as number);
    // A node that is too busy to answer a probe is still there.
    for (const port of new Set([...candidates, ...ports])) {
      const target = await reach(port);
      if (target) return target;
    }
    return null;
  };
  const track = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
  };
  const server = createServer({ pauseOnConnect: true }, async (client) => {
    track(client);
    const target = await nextNode();
    if (!target) {
      refused += 1;
      client.destroy();
      return;
    }
    track(target);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    if (client.destroyed) target.destroy();
    client.pipe(target);
    target.pipe(client);
  });
  await probe();
  // One after the other: an old answer never replaces a newer one.
  let timer: NodeJS.Timeout | undefined;
  const goOn = () => {
    timer = setTimeout(() => probe().then(() => timer && goOn()), PROBE_MS);
  };
  goOn();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    readyPorts: () => ready,
    refused: () => refused,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      timer = undefined;
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
