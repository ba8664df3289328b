import { BOUNDS, TIMES } from '@dream-studio/contracts';
import type { Clock } from './clock.js';
import { fail } from './failure.js';
import type { Identity } from './tokens.js';

/** The bytes of a connection: how packets get to the client, and how it is cut. */
export interface Wire {
  deliver(event: string, payload: unknown, delayMs: number): void;
  cut(reason: string): void;
}

/** A live socket, as the server side sees it. */
export interface Connection extends Wire {
  readonly id: string;
  readonly userId: number;
  readonly identity: Identity;
  /** Rooms this socket has entered. */
  readonly rooms: ReadonlySet<number>;
  /** Takes part in a room's events. Throws `CONFLICT` over the bound of rooms per socket. */
  enter(roomId: number): void;
  exit(roomId: number): void;
  /** Replaces the token's end: the socket lives that much longer. */
  extend(expiresAt: number): void;
  /** Ends its timers. */
  close(): void;
}

interface ConnectionDeps {
  clock: Clock;
  wire: Wire;
  /** Tells the client that its token is over; nothing is watched before the first `extend`. */
  expired(connection: Connection): void;
}

export function createConnection(id: string, identity: Identity, { clock, wire, expired }: ConnectionDeps): Connection {
  const rooms = new Set<number>();
  let present = identity;
  let cancel = () => {};

  /** At the token's end the client is told; a minute later the socket is cut. */
  const watchExpiry = () => {
    cancel();
    const end = () => {
      cancel = clock.after(TIMES.tokenLeewayMs, () => wire.cut('io server disconnect'));
      expired(connection);
    };
    const leftMs = present.expiresAt - clock.now();
    if (leftMs <= 0) end();
    else if (Number.isFinite(leftMs)) cancel = clock.after(leftMs, end);
  };

  const connection: Connection = {
    id,
    userId: identity.userId,
    get identity() {
      return present;
    },
    rooms,
    enter(roomId) {
      if (!rooms.has(roomId) && rooms.size >= BOUNDS.roomsPerSocketMax) {
        fail('CONFLICT', `At most ${BOUNDS.roomsPerSocketMax} rooms can be entered by one socket`);
      }
      rooms.add(roomId);
    },
    exit: (roomId) => rooms.delete(roomId),
    extend(expiresAt) {
      present = { ...present, expiresAt };
      watchExpiry();
    },
    deliver: wire.deliver,
    cut: wire.cut,
    close: () => cancel(),
  };
  return connection;
}

/** All live connections, in the order they came. */
export interface Connections extends Iterable<Connection> {
  add(connection: Connection): void;
  delete(connection: Connection): void;
  of(userId: number): Connection[];
}

export function createConnections(): Connections {
  const all = new Set<Connection>();
  return {
    add: (connection) => void all.add(connection),
    delete: (connection) => void all.delete(connection),
    of: (userId) => [...all].filter((connection) => connection.userId === userId),
    [Symbol.iterator]: () => all.values(),
  };
}
