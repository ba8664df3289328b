import { backoffMs } from './backoff.js';
import type { CallOptions } from './call.js';
import { type ConnectionState, createConnectionState } from './connection-state.js';
import { isErrorBody } from './errors.js';
import { type ChatSocket, type OpenSocket, openSocket } from './socket.js';
import type { Tokens } from './tokens.js';

export interface ConnectionOptions {
  url: string;
  namespace: '/' | '/chat';
  transports: ('websocket' | 'polling')[];
  tokens: Tokens;
  /** In place of a Socket.IO connection. */
  openSocket?: OpenSocket | undefined;
  /** Runs on each new connection, before the state is `connected`. Must not reject. */
  restore: () => Promise<void>;
}

export interface Connection {
  /** One object for all connections to come, so that listeners on it last. */
  readonly socket: ChatSocket;
  readonly state: ConnectionState;
  /** Whether something emitted now goes out at once. */
  readonly live: boolean;
  /** Starts making attempts, unless that is under way. */
  connect(): void;
  close(): void;
  /** Calls back at each change of state; returns what ends that. */
  watch(watcher: (state: ConnectionState) => void): () => void;
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
  const open = options.openSocket ?? openSocket;
  const socket = open(url, { namespace, transports, timeoutMs: ATTEMPT_MS });
  const state = createConnectionState();
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
    socket.disconnect();
    state.set(next);
  };

  const retry = (atLeastMs = 0) => {
    overtake();
    timer = setTimeout(attempt, Math.max(atLeastMs, backoffMs(failures++)));
    state.set('reconnecting');
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

  socket.on('connect', async () => {
    const mine = overtake();
    renewed = false;
    connectedAt = Date.now();
    await restore();
    if (mine === epoch) state.set('connected');
  });

  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const body = isErrorBody(error.data) ? error.data : undefined;
    if (body?.code !== 'UNAUTHENTICATED') retry(body?.retryAfterMs);
    else if (renewed || !tokens.renewable) stop('unauthorized');
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
    get state() {
      return state.current;
    },
    get live() {
      return socket.connected;
    },
    connect: () => {
      if (state.current !== 'idle' && state.current !== 'closed' && state.current !== 'unauthorized') return;
      failures = 0;
      renewed = false;
      state.set('connecting');
      void attempt();
    },
    close: () => stop('closed'),
    watch: state.watch,
    ready: state.ready,
  };
};
