/** Waiting for a connection that takes no more: over it, the connection has a moment to catch up. Characters or bytes. */
const QUEUE_MAX = 1024 * 1024;
/** It is cut when it is over the bound all this time, in milliseconds … */
const PATIENCE_MS = 1_000;
/** … and at once when this much waits. */
const QUEUE_LIMIT = 8 * QUEUE_MAX;

/** The part of an Engine.IO connection that is needed. */
export interface QueuedConnection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown;
  on(event: 'flush' | 'close', listener: () => void): unknown;
  close(discard?: boolean): unknown;
  /** A WebSocket is ended without a goodbye, which the other side would not read. */
  readonly transport: { readonly socket?: { terminate?(): void } };
}

/**
 * Cuts a consumer that does not read: what waits for it would grow without an end. It comes back and asks for what it
 * missed. Engine.IO's own queue is what counts: it hands the transport a batch at a time, and waits until it is written.
 */
export function cutWhenSlow(connection: QueuedConnection, onCut: (queued: number) => void): void {
  let queued = 0;
  let timer: NodeJS.Timeout | undefined;

  const relax = () => {
    queued = 0;
    clearTimeout(timer);
    timer = undefined;
  };

  const cut = () => {
    onCut(queued);
    const { socket } = connection.transport;
    if (socket?.terminate) socket.terminate();
    else connection.close(true);
  };

  connection.on('packetCreate', ({ data }) => {
    queued += sizeOf(data);
    if (queued <= QUEUE_MAX) return;
    timer ??= setTimeout(cut, PATIENCE_MS);
    if (queued > QUEUE_LIMIT) {
      cut();
      relax();
    }
  });
  connection.on('flush', relax);
  connection.on('close', relax);
}

const sizeOf = (data: unknown): number =>
  typeof data === 'string' ? data.length : ArrayBuffer.isView(data) ? data.byteLength : 0;
