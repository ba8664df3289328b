import type { ErrorBody, Payload } from '@dream-studio/contracts';
import { backoffMs } from './backoff.js';
import type { CallOptions } from './call.js';
import { type ConnectionState, createConnectionState, type Phase } from './connection-state.js';
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
  /** As `state`, in detail: a move from a server that ends to another shows here. */
  readonly phase: Readable<Phase>;
  /** Whether something emitted now goes out at once. */
  readonly live: boolean;
  /** Resolves with the answer; rejects when there is none in time. The connection is not left before. */
  emit(event: string, input: object, timeoutMs: number): Promise<unknown>;
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

/** The server has said that it ends … */
const TOLD = 1;
/** … and it is time to go: nothing more is emitted. */
const LEAVING = 2;

/**
 * One Socket.IO connection with a state. It makes its own attempts: Socket.IO does not try again after a refused
 * handshake or a disconnect by the server, and its jitter leaves half of the delays at the maximum.
 */
export const createConnection = (options: ConnectionOptions): Connection => {
  const { url, namespace, transports, tokens, restore } = options;
  const socket = options.openSocket(url, { namespace, transports, timeoutMs: ATTEMPT_MS });
  const { state, phase, set, ready } = createConnectionState();
  let unwatchNetwork = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let renewed = false;
  let connectedAt = 0;
  /** Calls that wait for their answer. */
  let underWay = 0;
  /** To another server: 0, `TOLD`, `LEAVING`. */
  let move = 0;
  /** Changes whenever what is under way is overtaken. */
  let epoch = 0;

  const overtake = () => {
    clearTimeout(timer);
    move = 0;
    return ++epoch;
  };

  const stop = (next: 'unauthorized' | 'closed', why?: ErrorBody) => {
    overtake();
    unwatchNetwork();
    socket.disconnect();
    set(next, why);
  };

  const retry = (atLeastMs = 0) => {
    overtake();
    timer = setTimeout(attempt, Math.max(atLeastMs, backoffMs(failures++)));
    // A move goes on as such.
    if (phase.get() !== 'moving') set(hasNoNetwork() ? 'no network' : 'reconnecting');
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

  const startOver = () => {
    socket.disconnect();
    void attempt();
  };

  /** Once all calls under way are answered. */
  const leave = () => {
    if (move === LEAVING && !(underWay && socket.connected)) startOver();
  };

  const goOver = () => {
    move = LEAVING;
    failures = 0;
    set('moving');
    leave();
  };

  const networkChanged = () => {
    if (phase.get() === 'reconnecting' && hasNoNetwork()) set('no network');
    // With a connection that is there already, `connected` follows.
    if (phase.get() !== 'no network' || hasNoNetwork() || socket.connected) return;
    failures = 0;
    set('reconnecting');
    void attempt();
  };

  socket.on('connect', async () => {
    // Meanwhile another user may have signed in.
    if ((socket.auth as { userId: unknown }).userId !== tokens.userId) return startOver();
    const mine = overtake();
    renewed = false;
    connectedAt = Date.now();
    await restore();
    if (mine === epoch) set('connected');
  });

  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const body = isErrorBody(error.data) ? error.data : undefined;
    const banned = body?.code === 'FORBIDDEN';
    if (body?.code !== 'UNAUTHENTICATED' && !banned) retry(body?.retryAfterMs);
    else if (banned || renewed || !tokens.renewable) stop('unauthorized', banned ? body : undefined);
    else {
      renewed = true;
      void attempt();
    }
  });

  socket.on('disconnect', (reason: string) => {
    if (reason === 'io client disconnect') return;
    if (move) return goOver();
    if (Date.now() - connectedAt > STABLE_MS) failures = 0;
    retry();
  });

  socket.on('server:draining', ({ reconnectAfterMs }: Payload<'server:draining'>) => {
    clearTimeout(timer);
    move = TOLD;
    timer = setTimeout(goOver, reconnectAfterMs);
  });

  return {
    socket,
    state,
    phase,
    get live() {
      return socket.connected && move < LEAVING;
    },
    emit: (event, input, timeoutMs) => {
      underWay += 1;
      const answer = socket.timeout(timeoutMs).emitWithAck(event, input);
      return answer.finally(() => {
        underWay -= 1;
        leave();
      });
    },
    connect: () => {
      if (!['idle', 'closed', 'unauthorized'].includes(phase.get())) return;
      failures = 0;
      renewed = false;
      unwatchNetwork = onNetworkChange(networkChanged);
      set('connecting');
      void attempt();
    },
    close: () => stop('closed'),
    ready,
  };
};
