import type { Socket } from 'node:net';
import { type ServerOptions, WebSocketServer } from 'ws';

/** How long what is sent unhurried may wait for something else to go with, in milliseconds. */
export const UNHURRIED_MS = 50;

/** The part of an Engine.IO connection that is needed. */
export interface EngineConnection {
  flush(): void;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly name: string; readonly socket?: { readonly _socket?: Socket | null } };
}

/** Connections with packets that wait for the end of the turn of the event loop … */
let due = new Set<EngineConnection>();
/** … and those whose packets wait a little longer. */
let unhurried = new Set<EngineConnection>();
let isUnhurried = false;

/**
 * Lets a connection's packets wait in Engine.IO's queue until the turn of the event loop ends: then all leave with one
 * system call. Of the CPU of a fan-out the better half is one for each message and socket. Order, callbacks and what
 * counts as waiting are Engine.IO's, as ever. Polling is left as it is.
 */
export function coalesceWrites(connection: EngineConnection): void {
  connection.flush = flushLater;
}

/**
 * What is sent meanwhile may wait for {@link UNHURRIED_MS}, unless something else is sent to the same connection: then it
 * goes before that. Never out of order.
 */
export function withoutHurry(send: () => void): void {
  isUnhurried = true;
  try {
    send();
  } finally {
    isUnhurried = false;
  }
}

/** One function for all connections: in place of Engine.IO's own, which it calls later. */
function flushLater(this: EngineConnection): void {
  if (this.writeBuffer.length === 0) return;
  if (this.transport.name !== 'websocket') {
    flush(this);
  } else if (isUnhurried) {
    if (unhurried.size === 0) setTimeout(flushUnhurried, UNHURRIED_MS);
    unhurried.add(this);
  } else {
    if (due.size === 0) setImmediate(flushDue);
    due.add(this);
  }
}

function flushDue(): void {
  const connections = due;
  due = new Set();
  for (const connection of connections) flush(connection);
}

function flushUnhurried(): void {
  const connections = unhurried;
  unhurried = new Set();
  for (const connection of connections) flush(connection);
}

function flush(connection: EngineConnection): void {
  const socket = connection.transport.socket?._socket;
  socket?.cork();
  (Object.getPrototypeOf(connection) as EngineConnection).flush.call(connection);
  socket?.uncork();
}

/** Socket.IO's `wsEngine`: the answer to the handshake and Engine.IO's first packet leave together. It knows its sockets. */
export class CoalescingWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, clientTracking: true });
  }

  completeUpgrade(...args: unknown[]): void {
    const socket = args[4] as Socket;
    // Engine.IO's response for its middlewares waits for this; it would be kept as long as the connection.
    socket.removeAllListeners('close');
    socket.cork();
    setImmediate(() => socket.uncork());
    // @ts-expect-error The server calls it; the types leave it out.
    super.completeUpgrade(...args);
  }
}
