import type { Writable } from 'node:stream';
import { Cluster, type Redis } from 'ioredis';

/**
 * What is said to Redis in a turn of the event loop leaves with one system call: under load each message costs a command
 * of its own, for its limit. Unlike with auto-pipelining, none waits for the answers to those before it.
 */
export function coalesceCommands(client: Redis | Cluster): void {
  if (client instanceof Cluster) client.on('+node', coalesceNode);
  else coalesceNode(client);
}

const coalesceNode = (node: Redis) => void node.on('connect', () => coalesceStream(node.stream));

/** Its writes wait for the end of the turn. */
export function coalesceStream(stream: Writable): void {
  const write = stream.write;
  let isCorked = false;
  stream.write = (...args: unknown[]) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      setImmediate(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return write.apply(stream, args as Parameters<typeof write>);
  };
}
