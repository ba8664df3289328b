import { BOUNDS, type OperationName, type OperationSpec, operations } from '@dream-studio/contracts';
import { ChatError } from '../../errors.js';
import type { ChatSocket, OpenSocket } from '../../socket.js';
import type { Connection } from '../connections.js';
import { bodyOf } from '../failure.js';
import type { Gateway } from '../gateway.js';
import { hold } from './hold.js';
import { createListeners } from './listeners.js';

/** The client's event names, from the table. */
const operationOf = new Map<string, OperationName>(
  Object.entries(operations).flatMap(([name, { socket }]: [string, OperationSpec]) =>
    socket ? [[socket, name as OperationName] as const] : [],
  ),
);

/** No operation's name. */
const UNKNOWN_EVENT = 'unknown event';

/** One life of a socket, from `connect` to `disconnect`: packets of another are not let through. */
interface Session {
  connection: Connection;
  /** The last packet on its way to the client, and the last one to the server: each waits for the one before. */
  down: Promise<void>;
  up: Promise<void>;
  /** Rejects the acks waited for. */
  readonly waiting: Set<(error: Error) => void>;
}

/** Sockets that reach the double, whatever the URL. They behave as those of socket.io-client, without its attempts. */
export const createOpenSocket =
  (gateway: Gateway): OpenSocket =>
  () => {
    const { clock, traffic, faults } = gateway;
    const listeners = createListeners();
    /** Emitted before there was a connection. */
    const buffer = new Set<() => void>();
    let session: Session | null = null;
    let attempt: object | null = null;

    /** Runs `then` on the client's side, after all that was sent before; never within the sender's turn. */
    const down = (to: Session, delayMs: number, then: () => void) => {
      traffic.moved();
      to.down = to.down
        .then(() => hold(clock, delayMs))
        .then(() => {
          traffic.moved();
          if (session === to) then();
        });
    };

    const end = (ended: Session, reason: string) => {
      if (session !== ended) return;
      session = null;
      gateway.detach(ended.connection);
      for (const reject of [...ended.waiting]) reject(new Error('socket has been disconnected'));
      listeners.call('disconnect', reason);
    };

    /** Throws the refusal. */
    const open = (): Session => {
      if (!gateway.isUp()) throw new Error('websocket error');
      const opened = { down: Promise.resolve(), up: Promise.resolve(), waiting: new Set() } as unknown as Session;
      session = opened;
      try {
        opened.connection = gateway.accept(socket.auth, {
          deliver(event, payload, delayMs) {
            const packet = JSON.stringify(payload);
            down(opened, delayMs, () => listeners.call(event, JSON.parse(packet)));
          },
          cut: (reason) => end(opened, reason),
        });
        return opened;
      } catch (error) {
        session = null;
        throw error;
      }
    };

    const connect = async () => {
      const mine = {};
      attempt = mine;
      traffic.moved();
      await undefined;
      traffic.moved();
      if (attempt !== mine) return;
      attempt = null;
      try {
        open();
      } catch (error) {
        return listeners.call('connect_error', toConnectError(error));
      }
      for (const send of [...buffer]) send();
      listeners.call('connect');
    };

    /** Takes a packet to the server, which calls back with its reply, if there is to be one. */
    const transmit = (via: Session, event: string, input: unknown, back: (reply: unknown) => void) => {
      const name = operationOf.get(event) ?? (UNKNOWN_EVENT as OperationName);
      const { connection } = via;
      const { userId } = connection;
      if (faults.take('drop', name, userId, 'request')) return;
      const delayMs = faults.take('delay', name, userId, 'request')?.ms;
      const isTwice = faults.take('duplicate', name, userId) !== undefined;
      const run = () => gateway.dispatch(name, { identity: connection.identity, connection, over: 'socket' }, input);
      traffic.moved();
      via.up = via.up
        .then(() => hold(clock, delayMs))
        .then(() => {
          traffic.moved();
          if (session !== via) return;
          const { ok, ...reply } = run();
          if (isTwice) run();
          if (faults.take('drop', name, userId, 'reply')) return;
          const packet = JSON.stringify(ok && 'data' in reply ? { ok, data: reply.data } : { ok, ...reply });
          const replyMs = faults.take('delay', name, userId, 'reply')?.ms ?? 0;
          const answer = () => down(via, 0, () => back(JSON.parse(packet)));
          if (replyMs > 0) clock.after(replyMs, answer);
          else answer();
        });
    };

    const emitWithAck = (timeoutMs: number, event: string, input: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const packet = JSON.stringify(input ?? null);
        let via: Session | null = null;
        const settle = () => {
          cancel();
          buffer.delete(send);
          via?.waiting.delete(refuse);
        };
        const refuse = (error: Error) => {
          settle();
          reject(error);
        };
        const send = () => {
          if (!session) return;
          buffer.delete(send);
          via = session;
          via.waiting.add(refuse);
          // More than one frame may hold: the server hangs up.
          if (packet.length > BOUNDS.bodyMaxBytes) return end(via, 'transport close');
          transmit(via, event, JSON.parse(packet), (reply) => {
            settle();
            resolve(reply);
          });
        };
        const cancel = clock.after(timeoutMs, () => refuse(new Error('operation has timed out')));
        if (session) send();
        else buffer.add(send);
      });

    const socket: ChatSocket = {
      get connected() {
        return session !== null;
      },
      auth: undefined,
      connect() {
        if (!session && !attempt) void connect();
        return socket;
      },
      disconnect() {
        attempt = null;
        if (session) end(session, 'io client disconnect');
        return socket;
      },
      on: listeners.on,
      off: listeners.off,
      timeout: (ms) => ({ emitWithAck: (event, input) => emitWithAck(ms, event, input) }),
    };
    return socket;
  };

/** As socket.io-client tells it: a refusal by the server carries the body as `data`, anything else does not. */
function toConnectError(error: unknown): unknown {
  return error instanceof ChatError ? Object.assign(new Error(error.message), { data: bodyOf(error) }) : error;
}
