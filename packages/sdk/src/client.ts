import type { Input, OperationName, Output } from '@dream-studio/contracts';
import type { Call, CallOptions } from './call.js';
import { createConnection } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import { createEnteredRooms } from './entered-rooms.js';
import { ChatError } from './errors.js';
import type { ChatEvents } from './generated/events.js';
import { createOperations, type Operations } from './generated/operations.js';
import { routes } from './generated/routes.js';
import { createHttp, fillsPath } from './http.js';
import type { OpenSocket } from './socket.js';
import { createSocketCall } from './socket-call.js';
import { createTokens, type TokenOptions } from './tokens.js';

export interface ChatClientOptions extends TokenOptions {
  /** Origin of the server: `https://chat.example.com`. */
  url: string;
  /** `/` when absent; both speak the same protocol. */
  namespace?: '/' | '/chat';
  /** In the order to try. WebSocket, then polling, when absent. */
  transports?: ('websocket' | 'polling')[];
  /** In place of the platform's `fetch`. */
  fetch?: typeof fetch;
  /** In place of a Socket.IO connection. */
  openSocket?: OpenSocket;
}

export interface ChatClient extends Operations {
  readonly state: ConnectionState;
  /** The user the token in hand is about; `undefined` while there is none. */
  readonly userId: number | undefined;
  /**
   * Connects, and stays connected until `close()`. Resolves once connected; rejects with `UNAUTHENTICATED` when the
   * token is refused and with `UNAVAILABLE` when closed first. Nobody needs to wait for it: a rejection that is not
   * handled is not reported, the state tells the same.
   */
  connect(): Promise<void>;
  /** Disconnects. Calls that wait for the socket reject with `UNAVAILABLE`; HTTP goes on working. */
  close(): void;
  /** Calls the handler at each change of state; returns what ends that. */
  onStateChange(handler: (state: ConnectionState) => void): () => void;
  /** Calls the handler for each such event, over all connections to come; returns what ends that. */
  on<E extends keyof ChatEvents>(event: E, handler: ChatEvents[E]): () => void;
  /** Any operation by its name in the contract: what the grouped methods do. */
  call: Call;
}

/**
 * A client of the chat server. Creating one does nothing yet: no connection, no timer, no request, so it is safe
 * while rendering on a server.
 *
 * Calls go over the socket while it is live, else over HTTP; those that only a socket can carry wait for it.
 */
export const createChatClient = (options: ChatClientOptions): ChatClient => {
  const tokens = createTokens(options);
  const connection = createConnection({
    url: options.url,
    namespace: options.namespace ?? '/',
    transports: options.transports ?? ['websocket', 'polling'],
    tokens,
    openSocket: options.openSocket,
    restore: () => rooms.restore(),
  });
  const viaSocket = createSocketCall(connection);
  const viaHttp = createHttp({
    url: options.url,
    tokens,
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
  });

  const send = (name: OperationName, input: object, callOptions?: CallOptions): Promise<unknown> => {
    const { socket, rest, ...route } = routes[name];
    const httpAble = rest !== undefined && fillsPath(rest, input as Record<string, unknown>);
    if (socket !== undefined && (connection.live || !httpAble)) return viaSocket(socket, input, callOptions);
    if (httpAble) return viaHttp({ ...route, rest }, input, callOptions);
    const message = `${name} lacks an input of its path, ${rest?.path}`;
    return Promise.reject(new ChatError({ code: 'BAD_INPUT', message, retryable: false }));
  };

  const rooms = createEnteredRooms(
    (name, input, callOptions) => send(name, input, callOptions) as Promise<Output<typeof name>>,
    () => connection.live,
  );

  const call: Call = async (name, input, callOptions) => {
    const output = await send(name, input, callOptions);
    if (name === 'room.enter') rooms.entered(input as Input<'room.enter'>);
    if (name === 'room.exit') rooms.exited(input as Input<'room.exit'>);
    return output as Output<typeof name>;
  };

  connection.socket.on('auth:expired', async () => {
    if (!tokens.renewable) return;
    // If this fails the server cuts the socket soon, and the next connect asks for a token again.
    const token = await tokens.fresh().catch(() => undefined);
    if (token !== undefined) await call('auth.refresh', { token }).catch(() => undefined);
  });

  return {
    ...createOperations(call),
    call,
    get state() {
      return connection.state;
    },
    get userId() {
      return tokens.userId;
    },
    connect: () => {
      connection.connect();
      const done = connection.ready();
      done.catch(() => undefined);
      return done;
    },
    close: connection.close,
    onStateChange: connection.watch,
    on: (event, handler) => {
      connection.socket.on(event as string, handler);
      return () => {
        connection.socket.off(event as string, handler);
      };
    },
  };
};
