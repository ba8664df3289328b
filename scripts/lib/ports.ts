import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections: who comes back to its port cannot find a client on it. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A port that nobody listens on, and that is not given to an outgoing connection later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) =>
      probe.once('error', () => resolve(false)).listen(port, () => resolve(true)),
    );
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
