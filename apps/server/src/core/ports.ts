import type { IncomingMessage } from 'node:http';
import type { EventName, events, LimitName, Payload, Role } from '@dream-studio/contracts';
import type { Identity, RoomAccess } from './context.js';

/** The logger, as far as the core needs one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Makes identities of tokens. Throws `UNAUTHENTICATED` for any token that is not valid now. */
export interface TokenVerifier {
  verify(token: string): Promise<Identity>;
}

/**
 * Counts calls. Atomic: of N consumes at once exactly the allowed number pass. It must never throw: a counter that
 * cannot be reached must still limit.
 */
export interface RateLimiter {
  /** Takes a point; answers 0 when there was one, else the milliseconds until there is. */
  consume(limit: LimitName, key: string): Promise<number>;
  /** Gives a point back. */
  refund(limit: LimitName, key: string): Promise<void>;
}

/** The network address a request came from: what limits count where there is no user. */
export type AddressOf = (request: IncomingMessage) => string;

/** Tells what the gate decides on; null for anything the user may not see. */
export interface AccessReader {
  byRoom(userId: number, roomId: number): Promise<RoomAccess | null>;
  byMessage(userId: number, messageId: number): Promise<RoomAccess | null>;
  byCall(userId: number, callId: number): Promise<RoomAccess | null>;
  /** Whether there is such a room, whoever asks. */
  exists(roomId: number): Promise<boolean>;
}

/** Who gets an event: the union of what is named. Never empty by accident: an empty one reaches nobody. */
export interface Audience {
  /** Sockets that have entered the room. */
  room?: number;
  /** All sockets of all online members of the room, in it or not. */
  membersOf?: number;
  /** All sockets of these users. */
  users?: readonly number[];
  /** This socket is left out. */
  exceptSocketId?: string;
  /** Sockets that have entered this room are left out. */
  exceptRoom?: number;
}

export interface Emission<E extends EventName = EventName> {
  event: E;
  audience: Audience;
  payload: Payload<E>;
}

/**
 * Hands events to sockets, of this node or of all. Called after commit only. Synchronous: two calls one after the other
 * reach every socket of this node in that order. At most once: a lost event is not repeated here, the room's log is the
 * truth.
 */
export interface Publisher {
  publish(emissions: readonly Emission[]): void;
}

/** Hands the entries of rooms' logs to sockets. */
export interface LogPublisher {
  /**
   * Tells all nodes; resolves when the sockets of this one have been told: after the entries that come before, which other
   * nodes, or a lost answer of the database, may keep back for a moment. Never rejects.
   */
  publish(roomId: number, emissions: readonly Emission[]): Promise<void>;
}

/**
 * Tells sockets of this node what is in a room's log and has not been published to them: after a lost answer of the
 * database, and when another node died between commit and publish, or was not heard.
 */
export interface Repair {
  /** Publishes what is missing up to `seq`, in order. Never rejects: what cannot be read now is found by the next beat. */
  catchUp(roomId: number, seq: number): Promise<void>;
}

/** A room's line in the list as one member sees it. */
export interface MemberActivity {
  userId: number;
  activity: Payload<'room:activity'>;
}

/** A database transaction; only repositories look inside. */
export interface Transaction {
  readonly client: unknown;
}

export type DurableEvent = {
  [E in EventName]: (typeof events)[E]['durable'] extends true ? E : never;
}[EventName];

/** A room under its lock. */
export interface RoomTransaction<E extends EventName> {
  readonly tx: Transaction;
  readonly room: LockedRoom;
  /**
   * Adds an entry to the room's log: numbers it, stores it with the transaction, and publishes it after the commit.
   * Returns the payload with its `roomId` and `seq`.
   */
  append<D extends E & DurableEvent>(event: D, payload: Omit<Payload<D>, 'seq' | 'roomId'>): Payload<D>;
}

export interface LockedRoom {
  id: number;
  type: 'GROUP' | 'DIRECT';
  archivedAt: Date | null;
  /** The database's time when the lock was got. */
  now: Date;
  /** The caller's role, OWNER for one who acts as the owner; null when nobody asked. */
  role: Role | null;
}

/** Who writes: a user by their id, someone who acts as the room's owner without being a member, or nobody who asked. */
export type Writer = number | 'owner' | null;

/** Writes the log of rooms: gapless numbers, in the order of commits, published in that order. */
export interface RoomLog {
  /**
   * Runs `work` alone among this process's writes to the room; what it publishes goes out before the next, and after
   * entries of the room's log that should have gone out before it.
   */
  inOrder<T>(
    roomId: number,
    work: (publish: (emissions: readonly Emission[]) => Promise<void>) => Promise<T>,
  ): Promise<T>;
  /**
   * Runs `work` in a transaction with the room's row locked, as `inOrder`. A throw undoes all of it and publishes
   * nothing. With a `writer`'s id their role is read under the lock: `NOT_A_MEMBER` when there is none.
   */
  write<E extends EventName, T>(
    roomId: number,
    writer: Writer,
    work: (room: RoomTransaction<E>) => Promise<T>,
  ): Promise<T>;
}

/** How many sockets users have, over all nodes. Never throws. */
export interface SocketCount {
  /** Counts one more, on this node, when it may come; tells whether it may. */
  admit(userId: number): Promise<boolean>;
  /** One that was admitted is gone, or did not come. */
  left(userId: number): void;
}

export type BusListener = (channel: string, from: string, message: unknown) => void;

/**
 * What the nodes of a system tell each other. A hint: at most once, and what is said while this node does not hear the
 * others, or they do not hear it, is lost. What one node says on one channel comes in the order in which it was said. None
 * of it may hold a token, a cookie or a handshake.
 */
export interface Bus {
  /** Of this process, for as long as it lives. */
  readonly nodeId: string;
  /** Whether this node hears the others. One that is alone does. */
  isUp(): boolean;
  /** Something else has found that the others may not be heard. */
  suspect(): void;
  /** Tells all other nodes that listen to the channel. Never throws; nobody is told while this node does not hear them. */
  send(channel: string, message: unknown): void;
  /** Resolves when the channels are listened to, or cannot be now: then they are as soon as that is possible. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): void;
  /** Hears what other nodes say. The listener must not throw. */
  onMessage(listener: BusListener): void;
  /** Hears when the others are not heard any more, and when they are again. */
  onChange(listener: (isUp: boolean) => void): void;
  close(): void;
}

/** That a user is online on this node as a member of a room, or shows the room there; or not any more. */
export interface PresenceChange {
  roomId: number;
  userId: number;
  isView: boolean;
  isPresent: boolean;
}

export interface PresenceEntry {
  userId: number;
  nodeId: string;
  isView: boolean;
}

/**
 * Who is where, over all nodes. Each writes what it has itself, and holds a lease: without one nothing it wrote counts.
 * Everything in it can be lost, and is written again by those whom it is about. All rejects while it cannot be reached.
 */
export interface PresenceStore {
  /** Idempotent. Whether all was taken: one that is there may take no writes. If not, and when it rejects, some may be written. */
  write(changes: readonly PresenceChange[]): Promise<boolean>;
  /** What live nodes have written of the rooms, this one included. */
  read(roomIds: readonly number[]): Promise<ReadonlyMap<number, readonly PresenceEntry[]>>;
  /** Renews the lease. Tells which nodes have one, and whether this one still had: otherwise all may be lost. */
  beat(): Promise<{ wasKnown: boolean; live: readonly string[] }>;
  /** Gives the lease up. */
  leave(): Promise<void>;
}

/** A live socket, as services see it. */
export interface Connection {
  readonly id: string;
  readonly userId: number;
  /** Rooms this socket has entered. */
  readonly rooms: ReadonlySet<number>;
  /** Takes part in a room's events. Throws `CONFLICT` over the bound of rooms per socket. */
  enter(roomId: number): void;
  exit(roomId: number): void;
  /** Takes a newer token's place: the socket lives until that one ends. */
  extend(identity: Identity): void;
}

/** Who is online, and who shows which room, over all nodes. */
export interface Presence {
  /** Members of the room with a live socket. While other nodes cannot be asked: as far as this one knows. */
  onlineIn(roomId: number): Promise<ReadonlySet<number>>;
  /**
   * Has a live socket now: not one that may return within the grace period. Of other nodes only members of the room are
   * known; rejects when they cannot be asked.
   */
  isConnected(userId: number, roomId: number): Promise<boolean>;
  /** Too many online to tell each one's coming and going. */
  isCrowded(roomId: number): boolean;
  /** A socket shows the room; true when it is the user's first there. */
  enter(roomId: number, userId: number, socketId: string): boolean;
  /** A socket stops showing the room; true when it was the user's last there. */
  exit(roomId: number, userId: number, socketId: string): boolean;
}
