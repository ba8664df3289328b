import { BOUNDS, type OperationName, type OperationSpec, operations } from '@dream-studio/contracts';
import type { Gateway } from '../gateway.js';
import { hold } from './hold.js';

/** The client's event names, from the table. */
const operationOf = new Map<string, OperationName>(
  Object.entries(operations).flatMap(([name, { socket }]: [string, OperationSpec]) =>
    socket ? [[socket, name as OperationName] as const] : [],
  ),
);

/** No operation's name: nothing is planned for it, and the dispatcher does not know it. */
const UNKNOWN_EVENT = 'unknown event' as OperationName;

/** What the client's side does with what it gets. */
export interface SessionClient {
  heard(event: string, payload: unknown): void;
  ended(reason: string): void;
}

/** An emit that waits for its reply. */
export interface Waiting {
  replied(reply: unknown): void;
  refused(error: Error): void;
}

/** One connection of a socket, from `connect` to `disconnect`. */
export interface Session {
  /** Sends a packet of JSON; the reply may never come. The end of the session refuses it. */
  send(event: string, packet: string, waiting: Waiting): void;
  /** Waits for the reply no more. */
  forget(waiting: Waiting): void;
  end(reason: string): void;
}

/** Opens a connection. Throws the refusal. Packets of each direction keep their order, and none outlives the session. */
export function openSession(gateway: Gateway, auth: unknown, client: SessionClient): Session {
  const { clock, traffic, faults } = gateway;
  const pending = new Set<Waiting>();
  let isOpen = true;

  /** Runs what is given one after the other, never within the sender's turn. */
  const createLane = () => {
    let tail: Promise<void> = Promise.resolve();
    return (delayMs: number | undefined, arrive: () => void) => {
      traffic.moved();
      tail = tail
        .then(() => hold(clock, delayMs))
        .then(() => {
          traffic.moved();
          if (isOpen) arrive();
        });
    };
  };
  const [down, up] = [createLane(), createLane()];

  const end = (reason: string) => {
    if (!isOpen) return;
    isOpen = false;
    gateway.detach(connection);
    for (const waiting of [...pending]) waiting.refused(new Error('socket has been disconnected'));
    client.ended(reason);
  };

  if (!gateway.isUp()) throw new Error('websocket error');
  const connection = gateway.accept(auth, {
    deliver(event, payload, delayMs) {
      const packet = JSON.stringify(payload);
      down(delayMs, () => client.heard(event, JSON.parse(packet)));
    },
    cut: end,
  });
  const { userId } = connection;

  const call = (name: OperationName, input: unknown) => {
    const caller = { identity: connection.identity, connection, over: 'socket' } as const;
    const reply = gateway.dispatch(name, caller, input);
    return JSON.stringify(reply.ok ? { ok: true, data: reply.data } : reply);
  };

  const answer = (name: OperationName, reply: string, waiting: Waiting) => {
    if (faults.take('drop', name, userId, 'reply')) return;
    const delayMs = faults.take('delay', name, userId, 'reply')?.ms ?? 0;
    const send = () => down(0, () => pending.delete(waiting) && waiting.replied(JSON.parse(reply)));
    if (delayMs > 0) clock.after(delayMs, send);
    else send();
  };

  return {
    send(event, packet, waiting) {
      pending.add(waiting);
      // More than a frame may hold: the server hangs up.
      if (packet.length > BOUNDS.bodyMaxBytes) return end('transport close');
      const name = operationOf.get(event) ?? UNKNOWN_EVENT;
      if (faults.take('drop', name, userId, 'request')) return;
      const isTwice = faults.take('duplicate', name, userId) !== undefined;
      up(faults.take('delay', name, userId, 'request')?.ms, () => {
        const reply = call(name, JSON.parse(packet));
        if (isTwice) call(name, JSON.parse(packet));
        answer(name, reply, waiting);
      });
    },
    forget: (waiting) => void pending.delete(waiting),
    end,
  };
}
