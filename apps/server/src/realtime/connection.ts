import { BOUNDS, type ErrorBody, type Payload, TIMES } from '@dream-studio/contracts';
import type { Socket } from 'socket.io';
import type { Identity } from '../core/context.js';
import { fail } from '../core/errors.js';
import type { Connection } from '../core/ports.js';
import { roomKey, userKey } from './audience.js';

/** Whole seconds. Node fires a timer of 2^31 ms or more at once. */
const TIMER_MAX_MS = 2_147_483_000;

/** A live socket: the rooms it has entered, and its token's end. */
export class SocketConnection implements Connection {
  readonly id: string;
  readonly rooms = new Set<number>();
  identity: Identity;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #toldSeqs = false;
  #toldExpired = false;

  constructor(socket: Socket, identity: Identity) {
    this.id = socket.id;
    this.identity = identity;
    this.#socket = socket;
    void socket.join(userKey(identity.userId));
    this.#watchExpiry();
  }

  get userId(): number {
    return this.identity.userId;
  }

  enter(roomId: number): void {
    // A call that waited may come to run after its socket is gone: nothing would ever take it out again.
    if (this.#closed) fail('UNAVAILABLE', 'The connection is closed');
    if (this.rooms.has(roomId)) return;
    if (this.rooms.size >= BOUNDS.roomsPerSocketMax) {
      fail('CONFLICT', `At most ${BOUNDS.roomsPerSocketMax} rooms can be entered by one socket`);
    }
    this.rooms.add(roomId);
    void this.#socket.join(roomKey(roomId));
  }

  exit(roomId: number): void {
    this.rooms.delete(roomId);
    void this.#socket.leave(roomKey(roomId));
  }

  /**
   * Where the rooms it has entered are: the last `seq` by room id. That there are none is told once: the client may have
   * missed that it was taken out of its last one.
   */
  tellSeqs(seqs: Payload<'room:seq'>): void {
    const isEmpty = Object.keys(seqs).length === 0;
    if (!isEmpty || this.#toldSeqs) this.#socket.emit('room:seq', seqs);
    this.#toldSeqs = !isEmpty;
  }

  extend(identity: Identity): void {
    this.identity = identity;
    this.#watchExpiry();
  }

  /** Tells why, then ends the whole connection. */
  cut(error: ErrorBody): void {
    this.#socket.emit('error', error.message, error);
    this.#socket.disconnect(true);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** At the token's end the client is told; a minute later the socket is cut. */
  #watchExpiry(): void {
    clearTimeout(this.#timer);
    this.#toldExpired = false;
    SocketConnection.#wait(this);
  }

  /**
   * Until the next of the two, or as long as a timer can be. One function for all, and whole seconds, which timers share: a
   * socket keeps little of its own.
   */
  static #wait(connection: SocketConnection): void {
    const remaining = Math.ceil((connection.#nextTime - Date.now()) / 1_000) * 1_000;
    connection.#timer = setTimeout(SocketConnection.#wake, Math.min(Math.max(0, remaining), TIMER_MAX_MS), connection);
  }

  static #wake(connection: SocketConnection): void {
    if (Date.now() >= connection.#nextTime) {
      if (connection.#toldExpired) {
        connection.#socket.disconnect(true);
        return;
      }
      connection.#socket.emit('auth:expired', {});
      connection.#toldExpired = true;
    }
    SocketConnection.#wait(connection);
  }

  get #nextTime(): number {
    return this.identity.expiresAt.getTime() + (this.#toldExpired ? TIMES.tokenLeewayMs : 0);
  }
}

/** All live sockets of this node, by user, over both namespaces. */
export class ConnectionTable {
  readonly #byUser = new Map<number, Set<SocketConnection>>();
  /** Let in, and to be added before the turn of the event loop ends: many handshakes may come to their end in one. */
  readonly #admitted = new Map<number, number>();

  of(userId: number): ReadonlySet<SocketConnection> {
    return this.#byUser.get(userId) ?? new Set();
  }

  *all(): Generator<SocketConnection> {
    for (const connections of this.#byUser.values()) yield* connections;
  }

  /** Cuts the sockets of a user whose identity is refused now: `refuse` says with what, or null for one that may stay. */
  cut(userId: number, refuse: (identity: Identity) => ErrorBody | null): void {
    for (const connection of [...this.of(userId)]) {
      const error = refuse(connection.identity);
      if (error) connection.cut(error);
    }
  }

  /** No further socket of this user is let in. */
  isFull(userId: number): boolean {
    return this.of(userId).size >= BOUNDS.socketsPerUserMax;
  }

  /** Whether one more socket of this user may come, counting those that were let in a moment ago. */
  admit(userId: number): boolean {
    const admitted = this.#admitted.get(userId) ?? 0;
    if (this.of(userId).size + admitted >= BOUNDS.socketsPerUserMax) return false;
    if (this.#admitted.size === 0) setImmediate(() => this.#admitted.clear());
    this.#admitted.set(userId, admitted + 1);
    return true;
  }

  add(connection: SocketConnection): void {
    const admitted = this.#admitted.get(connection.userId);
    if (admitted) this.#admitted.set(connection.userId, admitted - 1);
    const connections = this.#byUser.get(connection.userId) ?? new Set();
    this.#byUser.set(connection.userId, connections.add(connection));
  }

  remove(connection: SocketConnection): void {
    connection.close();
    const connections = this.#byUser.get(connection.userId);
    connections?.delete(connection);
    if (connections?.size === 0) this.#byUser.delete(connection.userId);
  }
}
