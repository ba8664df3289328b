import {
  BOUNDS,
  type ErrorBody,
  type OperationName,
  type OperationSpec,
  operations,
  type Payload,
} from '@dream-studio/contracts';
import type { Namespace, Socket } from 'socket.io';
import type { Caller, Identity } from '../core/context.js';
import type { Dispatch } from '../core/dispatch.js';
import { AppError } from '../core/errors.js';
import type { ToErrorBody } from '../core/failure.js';
import type { SocketCount } from '../core/ports.js';
import { type ConnectionTable, SocketConnection } from '../realtime/connection.js';
import { releaseHandshake } from '../realtime/lean-connection.js';
import type { PresenceAnnouncer } from '../realtime/presence.js';

/** Calls of one socket that wait for the ones before them. */
const QUEUE_MAX = 256;
/** Between a handshake and the connection there is nothing to wait for. */
const ARRIVAL_MS = 1_000;
/** No operation's name: an operation without an event is not to be had by the name it has in the table. */
const UNKNOWN_EVENT = 'unknown event';

/** The client's event names, from the table. */
const operationOf = new Map<string, OperationName>(
  Object.entries(operations).flatMap(([name, { socket }]: [string, OperationSpec]) =>
    socket ? [[socket, name as OperationName] as const] : [],
  ),
);

export interface SocketTransportDeps {
  dispatch: Dispatch;
  connections: ConnectionTable;
  presence: PresenceAnnouncer;
  /** Verifies a handshake's credentials and makes the user known. Throws an {@link AppError}. */
  identify(auth: Record<string, unknown>): Promise<Identity>;
  /** Whether the user of a handshake may still come. Throws an {@link AppError} when not. */
  recheck(identity: Identity): Promise<void>;
  /** Where there are other nodes. */
  socketCount?: SocketCount;
  stopTyping(socketId: string): void;
  /** The server is about to end, and has told all sockets so: who comes now is told, too. */
  isLeaving(): boolean;
  /** What the points of every limit are multiplied by. */
  limitFactor: number;
  toErrorBody: ToErrorBody;
}

/** Serves the protocol on a namespace: the handshake, and every packet handed to the dispatcher. */
export function serveNamespace(namespace: Namespace, deps: SocketTransportDeps): void {
  const { connections, presence } = deps;

  namespace.use(async (socket, next) => {
    try {
      const identity = await deps.identify(socket.handshake.auth);
      await presence.expect(identity.userId);
      if (!connections.admit(identity.userId)) throw tooManySockets();
      if (deps.socketCount) {
        if (!(await deps.socketCount.admit(identity.userId))) throw tooManySockets();
        // A client that is gone by now never connects.
        socket.data.neverCame = setTimeout(() => deps.socketCount?.left(identity.userId), ARRIVAL_MS);
      }
      socket.data.identity = identity;
      next();
    } catch (error) {
      const body = deps.toErrorBody(error, { transport: 'socket' });
      next(Object.assign(new Error(body.message), { data: body }));
    }
  });

  namespace.on('connection', (socket) => {
    const identity = socket.data.identity as Identity;
    clearTimeout(socket.data.neverCame);
    // Handshakes at the same moment may all have passed the first look.
    if (connections.isFull(identity.userId)) {
      answer(socket, undefined, { ok: false, error: tooManySockets().body });
      socket.disconnect();
      deps.socketCount?.left(identity.userId);
      return;
    }
    releaseHandshake(socket);
    const connection = new SocketConnection(socket, identity);
    connections.add(connection);
    // Who was banned between the handshake and here was not in the table to be cut.
    deps.recheck(identity).catch((error) => connection.cut(deps.toErrorBody(error, { transport: 'socket' })));
    // Before anyone is told of this socket, and in the same turn: no change of presence falls in between.
    const hello: Payload<'server:hello'> = {
      limitFactor: deps.limitFactor,
      onlineUserIds: presence.onlineFor(connection.userId),
    };
    socket.emit('server:hello', hello);
    presence.connected(connection.userId, connection.id);
    if (deps.isLeaving()) connection.tellDraining(0);
    receive(socket, connection, deps);
    socket.on('disconnect', () => {
      connections.remove(connection);
      deps.socketCount?.left(connection.userId);
      deps.stopTyping(connection.id);
      presence.disconnected(connection.userId, connection.id, connection.rooms);
    });
  });
}

const tooManySockets = () => new AppError('RATE_LIMITED', `At most ${BOUNDS.socketsPerUserMax} connections per user`);

/**
 * Hands packets to the dispatcher, one at a time: a socket's calls take effect in the order they were sent. One listener
 * for all events; nothing a client sends can throw here (Socket.IO itself listens to a client's own `error` event).
 */
function receive(socket: Socket, connection: SocketConnection, { dispatch }: SocketTransportDeps): void {
  /** The last of the calls under way. */
  let tail: Promise<void> | undefined;
  let waiting = 0;

  socket.onAny((event: string, ...args: unknown[]) => {
    const last = args.at(-1);
    const ack = typeof last === 'function' ? (last as Ack) : undefined;
    if (waiting >= QUEUE_MAX) {
      return answer(socket, ack, { ok: false, error: new AppError('RATE_LIMITED', 'Too many calls at once').body });
    }
    waiting += 1;
    const input = args[0] === last && ack ? undefined : args[0];
    const call = async () => {
      const { identity } = connection;
      const address = socket.conn.remoteAddress;
      const caller: Caller = { transport: 'socket', identity, address, connection };
      const reply = await dispatch(operationOf.get(event) ?? UNKNOWN_EVENT, caller, input);
      waiting -= 1;
      if (waiting === 0) tail = undefined;
      answer(socket, ack, reply.ok ? { ok: true, data: reply.data } : reply);
    };
    tail = tail ? tail.then(call) : call();
  });
}

type Ack = (reply: { ok: true; data: unknown } | { ok: false; error: ErrorBody }) => void;

/** A failure that nobody waits for is told as the seed does: `error` with the text, then the body. */
function answer(socket: Socket, ack: Ack | undefined, reply: Parameters<Ack>[0]): void {
  if (ack) ack(reply);
  else if (!reply.ok) socket.emit('error', reply.error.message, reply.error);
}
