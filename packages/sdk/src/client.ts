import type { Input, OperationName, Output, User } from '@dream-studio/contracts';
import { LIMITS } from '@dream-studio/contracts/limits';
import type { Call, CallOptions } from './call.js';
import { createConnection } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import { createEnteredRooms } from './entered-rooms.js';
import { ChatError, otherUser } from './errors.js';
import { type ChatEvents, eventNames } from './generated/events.js';
import type { Operations } from './generated/operations.js';
import { routes } from './generated/routes.js';
import { createHttp, fillsPath } from './http.js';
import { createLimiter } from './limiter.js';
import { createListeners } from './listeners.js';
import type { LiveContext } from './live/context.js';
import { createLive } from './live/live.js';
import type { LiveRoom, Presence, RoomList, TimelineMessage } from './live/types.js';
import { createUnsent } from './live/unsent.js';
import { createOperations } from './operations.js';
import { createIndexedDbStorage } from './outbox/indexed-db.js';
import { createOutbox } from './outbox/outbox.js';
import { createSafeStorage } from './outbox/safe-storage.js';
import type { OutboxStorage } from './outbox/storage.js';
import { joinNobody, joinTabs } from './outbox/tabs.js';
import { type OpenSocket, openSocket } from './socket.js';
import { createSocketCall } from './socket-call.js';
import { EMPTY_STATE } from './store/chat-state.js';
import { createStore, type Readable } from './store/readable.js';
import { reduceChat } from './store/reduce-chat.js';
import { createTokenRenewal } from './token-renewal.js';
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
  /**
   * Where messages wait that are not sent yet, so that they outlive the app. The browser's IndexedDB when absent, where
   * there is one, and shared by its tabs. With `memory`, nothing is stored, and each client sends for itself.
   */
  outbox?: OutboxStorage | 'memory';
  /** In place of socket.io-client: for tests. */
  openSocket?: OpenSocket;
}

export interface ChatClient extends Omit<Operations, 'presence'> {
  readonly connection: Readable<ConnectionState>;
  /** The user the token in hand is about; null while there is none. */
  readonly me: Readable<User | null>;
  /** The user's rooms, live. */
  readonly roomList: RoomList;
  /** One's own messages that are not sent, of all rooms and from all tabs: those of a room in their order. */
  readonly unsent: Readable<readonly TimelineMessage[]>;
  /** Who is online among the people the user shares rooms with, live; `list` asks about one room. */
  readonly presence: Operations['presence'] & Presence;
  /** One room, live: the same object for the same id. */
  room(roomId: number): LiveRoom;
  /**
   * Connects, and stays connected until `close()`. Resolves once connected; rejects with `UNAUTHENTICATED` when the
   * token is refused, with `FORBIDDEN` and the server's words when the user is banned, and with `UNAVAILABLE` when closed
   * first. Nobody needs to wait for it: a rejection that is not handled is not reported, the state tells the same.
   */
  connect(): Promise<void>;
  /**
   * Disconnects. Calls that wait for the socket reject with `UNAVAILABLE`; HTTP goes on working. Messages that could not
   * be sent yet wait for the next `connect()`.
   */
  close(): void;
  /**
   * Calls the handler for each such event, over all connections to come; returns what ends that. Events of the log of a
   * room that is entered come in the order of their `seq`, each once, those as well that the connection has lost.
   */
  on<E extends keyof ChatEvents>(event: E, handler: ChatEvents[E]): () => void;
  /** Any operation by its name in the contract: what the grouped methods do. */
  call: Call;
}

/**
 * A client of the chat server. Creating one does nothing yet: no connection, no timer, no request, so it is safe
 * while rendering on a server.
 *
 * Calls go over the socket while it is live, else over HTTP; those that only a socket can carry wait for it. A server that
 * ends (`server:draining`) is left for another one in time: the state stays `connected`, calls wait, and nothing is missed.
 */
export const createChatClient = (options: ChatClientOptions): ChatClient => {
  const tokens = createTokens(options);
  const connection = createConnection({
    url: options.url,
    namespace: options.namespace ?? '/',
    transports: options.transports ?? ['websocket', 'polling'],
    openSocket: options.openSocket ?? openSocket,
    tokens,
    restore: () => entered.restore(),
  });
  const viaSocket = createSocketCall(connection, tokens);
  const viaHttp = createHttp({
    url: options.url,
    tokens,
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
  });

  const send = (name: OperationName, input: object, callOptions?: CallOptions): Promise<unknown> => {
    const { socket, rest, ...route } = routes[name];
    const httpAble = rest !== undefined && fillsPath(rest, input as Record<string, unknown>);
    // A move is over in a moment; and over HTTP there may be nobody yet.
    const bySocket = !httpAble || connection.live || connection.state.get() === 'connected';
    if (socket !== undefined && bySocket) return viaSocket(socket, input, callOptions);
    if (httpAble) return viaHttp({ ...route, rest }, input, callOptions);
    const message = `${name} lacks an input of its path, ${rest?.[1]}`;
    return Promise.reject(new ChatError({ code: 'BAD_INPUT', message, retryable: false }));
  };

  /** Changes with the user. */
  let session = 0;

  const call: Call = async (name, input, callOptions) => {
    const mine = session;
    const answer = async () => {
      const output = await send(name, input, callOptions);
      // What the last user was told is nothing for this one's state.
      if (mine !== session) throw otherUser();
      return output as never;
    };
    if (name === 'room.enter') return live.enter(input as Input<'room.enter'>, answer) as Promise<never>;
    if (name === 'room.exit') {
      const exit = input as Input<'room.exit'>;
      live.left(exit.roomId);
      // Now, not with the answer: it may be entered again before that.
      entered.exited(exit);
    }
    const output: Output<typeof name> = await answer();
    live.follow(name, output, input);
    return output;
  };

  /** Of events in their order. A failure that nobody waits for is no event of the table: it comes as it is. */
  const listeners = createListeners();
  const on: ChatClient['on'] = (event, handler) => {
    const source = event === 'error' ? connection.socket : listeners;
    source.on(event, handler as (...args: never[]) => void);
    return () => void source.off(event, handler as (...args: never[]) => void);
  };

  const state = createStore(EMPTY_STATE);
  const dispatch: LiveContext['dispatch'] = (action) => state.set((before) => reduceChat(before, action));
  const entered = createEnteredRooms({
    call,
    isLive: () => connection.live,
    onLost: (roomId, error) => dispatch({ type: 'room.gone', roomId, error }),
    onLeft: (roomId, isReplaced) => live.left(roomId, isReplaced),
  });
  const sendLimiter = createLimiter(LIMITS['message:send']);
  const storage = options.outbox === 'memory' ? undefined : (options.outbox ?? createIndexedDbStorage());
  const queue = createOutbox({
    url: options.url,
    tokens,
    storage: createSafeStorage(storage),
    join: storage ? joinTabs : joinNobody,
    limiter: sendLimiter,
    // The answer takes the message out of the pending ones, as its event does.
    send: ({ createdAt, order, status, error, ...message }, signal) => call('message.create', message, { signal }),
    onSent: (message) => live.follow('message.create', message, { roomId: message.roomId, content: message.content }),
    dispatch,
  });

  const operations = createOperations(call);
  const context: LiveContext = {
    state,
    dispatch,
    operations,
    call,
    on,
    me: () => tokens.me.get() ?? { id: 0, name: '', picture: null },
    entered,
    queue,
    isConnected: () => connection.live,
  };
  const live = createLive(context, {
    connection: connection.phase,
    onReceived: (handler) => {
      for (const event of eventNames) connection.socket.on(event, (payload) => handler(event, payload));
    },
    emit: listeners.call,
  });
  const renewal = createTokenRenewal(tokens, (token) => operations.auth.refresh({ token }));

  on('auth:expired', () => void renewal.renew());
  on('server:hello', ({ limitFactor }) => {
    sendLimiter.setFactor(limitFactor);
    live.setLimitFactor(limitFactor);
  });
  connection.state.subscribe(() => {
    if (connection.state.get() === 'connected') renewal.start();
    else renewal.stop();
    // Another tab may have a token that is good.
    if (connection.state.get() === 'unauthorized') queue.close();
  });
  let userId = tokens.userId;
  tokens.me.subscribe(() => {
    if (userId !== undefined && userId !== tokens.userId) {
      session += 1;
      live.clear();
      state.set(() => EMPTY_STATE);
      // The socket is the last user's.
      if (connection.socket.connected) {
        connection.close();
        connection.connect();
      }
    }
    userId = tokens.userId;
    queue.follow();
  });

  return {
    ...operations,
    call,
    on,
    connection: connection.state,
    me: tokens.me,
    roomList: live.list,
    unsent: createUnsent(state, context.me),
    presence: { ...operations.presence, ...live.presence },
    room: live.room,
    connect: () => {
      queue.open();
      connection.connect();
      const done = connection.ready();
      done.catch(() => undefined);
      return done;
    },
    close: () => {
      connection.close();
      queue.close();
    },
  };
};
