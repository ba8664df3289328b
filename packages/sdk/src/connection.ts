import { backoffMs } from './backoff.js';
import type { CallOptions } from './call.js';
import { type ConnectionState, createConnectionState } from './connection-state.js';
import { isErrorBody } from './errors.js';
import { hasNoNetwork, onNetworkChange } from './network.js';
import type { ChatSocket, OpenSocket } from './socket.js';
import type { Readable } from './store/readable.js';
import type { Tokens } from './tokens.js';

export interface ConnectionOptions {
  url: string;
  namespace: '/' | '/chat';
  transports: ('websocket' | 'polling')[];
  openSocket: OpenSocket;
  tokens: Tokens;
  /** Runs on each new connection, before the state is `connected`. Must not reject. */
  restore: () => Promise<void>;
}

export interface Connection {
  /** One object for all connections to come, so that listeners on it last. */
  readonly socket: ChatSocket;
  readonly state: Readable<ConnectionState>;
  /** Whether something emitted now goes out at once. */
  readonly live: boolean;
  /** Starts making attempts, unless that is under way. */
  connect(): void;
  close(): void;
  /** Resolves once connected. Rejects when that cannot come any more, at the timeout (none when absent), or aborted. */
  ready(options?: CallOptions): Promise<void>;
}

/** An attempt that has led to nothing after this is given up. */
const ATTEMPT_MS = 15_000;
/** A connection that lived this long was a good one: the next attempts start with short delays again. */
const STABLE_MS = 5_000;

/**
 * One Socket.IO connection with a state. It makes its own attempts: Socket.IO does not try again after a refused
 * handshake or a disconnect by the server, and its jitter leaves half of the delays at the maximum.
 */
export const createConnection = (options: ConnectionOptions): Connection => {
  const { url, namespace, transports, tokens, restore } = options;
  const socket = options.openSocket(url, { namespace, transports, timeoutMs: ATTEMPT_MS });
  const connection = createConnectionState();
  let unwatchNetwork = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let renewed = false;
  let connectedAt = 0;
  /** Changes whenever what is under way is overtaken. */
  let epoch = 0;

  const overtake = () => {
    clearTimeout(timer);
    return ++epoch;
  };

  const stop = (next: 'unauthorized' | 'closed') => {
    overtake();
    unwatchNetwork();
    socket.disconnect();
    connection.set(next);
  };

  const retry = (atLeastMs = 0) => {
    overtake();
    timer = setTimeout(attempt, Math.max(atLeastMs, backoffMs(failures++)));
    connection.set(hasNoNetwork() ? 'no network' : 'reconnecting');
  };

  const attempt = async () => {
    const mine = overtake();
    timer = setTimeout(() => {
      socket.disconnect();
      retry();
    }, ATTEMPT_MS);
    try {
      const token = await tokens.fresh();
      if (mine !== epoch) return;
      socket.auth = { token, userId: tokens.userId };
      socket.connect();
    } catch {
      if (mine === epoch) retry();
    }
  };

  const networkChanged = () => {
    const { phase } = connection;
    if (phase === 'reconnecting' && hasNoNetwork()) connection.set('no network');
    // With a connection that is there already, `connected` follows.
    if (phase !== 'no network' || hasNoNetwork() || socket.connected) return;
    failures = 0;
    connection.set('reconnecting');
    void attempt();
  };

  socket.on('connect', async () => {
    // Meanwhile another user may have signed in.
    if ((socket.auth as { userId: unknown }).userId !== tokens.userId) {
      socket.disconnect();
      return void attempt();
    }
    const mine = overtake();
    renewed = false;
    connectedAt = Date.now();
    await restore();
    if (mine === epoch) connection.set('connected');
  });

  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const body = isErrorBody(error.data) ? error.data : undefined;
    const refused = body?.code === 'FORBIDDEN';
    if (body?.code !== 'UNAUTHENTICATED' && !refused) retry(body?.retryAfterMs);
    else if (refused || renewed || !tokens.renewable) stop('unauthorized');
    else {
      renewed = true;
      void attempt();
    }
  });

  socket.on('disconnect', (reason: string) => {
    if (reason === 'io client disconnect') return;
    if (Date.now() - connectedAt > STABLE_MS) failures = 0;
    retry();
  });

  return {
    socket,
    state: connection.state,
    get live() {
      return socket.connected;
    },
    connect: () => {
      const { phase } = connection;
      if (phase !== 'idle' && phase !== 'closed' && phase !== 'unauthorized') return;
      failures = 0;
      renewed = false;
      unwatchNetwork = onNetworkChange(networkChanged);
      connection.set('connecting');
      void attempt();
    },
    close: () => stop('closed'),
    ready: connection.ready,
  };
};
