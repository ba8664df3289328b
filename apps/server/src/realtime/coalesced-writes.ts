import type { Socket } from 'node:net';

/** The part of an Engine.IO connection that is needed; its types name less. */
export interface FlushedConnection {
  readonly transport: { readonly socket?: { readonly _socket?: Socket | null } };
  /** Hands what is queued to the transport, if that takes any now. */
  flush(): void;
}

/** Connections that have something to send, until the turn of the event loop ends. */
const waiting = new Set<FlushedConnection>();

/**
 * Lets all that is sent to a connection in one turn leave with one system call, in order. Of the CPU of a fan-out the better
 * half is a system call for each message and socket: so it is one for each socket. Engine.IO queues what it is given, as it
 * does for a transport that is busy, and what it does at a close, at an upgrade and for a slow reader goes by that queue.
 */
export function coalesceWrites(connection: FlushedConnection): void {
  connection.flush = flushAtEndOfTurn;
}

function flushAtEndOfTurn(this: FlushedConnection): void {
  waiting.add(this);
  if (waiting.size === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const all = [...waiting];
  waiting.clear();
  for (const connection of all) {
    const socket = connection.transport.socket?._socket;
    socket?.cork();
    Object.getPrototypeOf(connection).flush.call(connection);
    socket?.uncork();
  }
}
