/** Waiting for a connection that takes no more: over it, the connection has a moment to catch up. Characters or bytes. */
const QUEUE_MAX = 1024 * 1024;
/** It is cut when it is over the bound all this time, in milliseconds … */
const PATIENCE_MS = 1_000;
/** … and at once when this much waits. */
const QUEUE_LIMIT = 8 * QUEUE_MAX;

const QUEUED = Symbol('queued');

/** The part of an Engine.IO connection that is needed. */
export interface QueuedConnection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown;
  on(event: 'flush' | 'close', listener: () => void): unknown;
  close(discard?: boolean): unknown;
  /** A WebSocket is ended without a goodbye, which the other side would not read. */
  readonly transport: { readonly socket?: { terminate?(): void } };
  [QUEUED]?: number;
}

/**
 * Cuts consumers that do not read: what waits for them would grow without an end. They come back and ask for what they
 * missed. Engine.IO's own queue is what counts: it hands the transport a batch at a time, and waits until it is written.
 * Returns what watches a connection. It keeps no state of those that read.
 */
export function createSlowConsumerCut(onCut: (queued: number) => void): (connection: QueuedConnection) => void {
  const timers = new Map<QueuedConnection, NodeJS.Timeout>();

  const cut = (connection: QueuedConnection) => {
    onCut(connection[QUEUED] ?? 0);
    const { socket } = connection.transport;
    if (socket?.terminate) socket.terminate();
    else connection.close(true);
  };

  function count(this: QueuedConnection, { data }: { data?: unknown }): void {
    const queued = (this[QUEUED] ?? 0) + sizeOf(data);
    this[QUEUED] = queued;
    if (queued <= QUEUE_MAX) return;
    if (!timers.has(this)) timers.set(this, setTimeout(cut, PATIENCE_MS, this));
    if (queued > QUEUE_LIMIT) {
      cut(this);
      relax.call(this);
    }
  }

  function relax(this: QueuedConnection): void {
    this[QUEUED] = 0;
    const timer = timers.get(this);
    if (!timer) return;
    clearTimeout(timer);
    timers.delete(this);
  }

  return (connection) => {
    connection.on('packetCreate', count);
    connection.on('flush', relax);
    connection.on('close', relax);
  };
}

const sizeOf = (data: unknown): number =>
  typeof data === 'string' ? data.length : ArrayBuffer.isView(data) ? data.byteLength : 0;
