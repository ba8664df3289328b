import type { Emits, OperationName, Output, operations, ParsedInput, Payload, Role } from '@dream-studio/contracts';
import type { Audience, Connection, RoomTransaction } from './ports.js';

/** Who is calling, as the token says. */
export interface Identity {
  userId: number;
  /** null when the token names none. */
  name: string | null;
  picture: string | null;
  /** To the second; null when the token does not say. */
  issuedAt: Date | null;
  expiresAt: Date;
  /** A token of the host app's backend. */
  isService: boolean;
}

/** One call's origin, made by a transport. */
export interface Caller {
  transport: 'socket' | 'trpc' | 'rest';
  /** null without a valid token. */
  identity: Identity | null;
  /** Network address, for limits where there is no user. */
  address: string;
  /** The live socket, where the call came over one. */
  connection: Connection | null;
}

/** What the gate found out: the room a call is about, and the caller's role in it. */
export interface RoomAccess {
  roomId: number;
  role: Role;
}

type Rule<K extends OperationName> = (typeof operations)[K]['auth']['rule'];

type Guarded<K extends OperationName> = Rule<K> extends 'anyone' | 'user' | 'service' ? null : RoomAccess;
type Identified<K extends OperationName> = Rule<K> extends 'anyone' ? Identity | null : Identity;
/** Operations without a REST route come over a socket only. */
type Connected<K extends OperationName> = (typeof operations)[K] extends { rest: object }
  ? Connection | null
  : Connection;

/** What a service knows of the call it serves. */
export interface Context<K extends OperationName> {
  readonly identity: Identified<K>;
  readonly access: Guarded<K>;
  readonly connection: Connected<K>;

  /**
   * Sends an event to an audience when the call has succeeded; a throw sends nothing. Inside `inRoomOrder` or
   * `write` it is sent before the room is given to the next call, so events leave in the order of the log.
   */
  emit<E extends Emits<K>>(event: E, audience: Audience, payload: Payload<E>): void;

  /** Runs `work` alone among this process's writes to the room, and publishes what it emitted before the next. */
  inRoomOrder<T>(roomId: number, work: () => Promise<T>): Promise<T>;

  /**
   * Runs `work` in a transaction that holds the room's lock, with the caller's membership read again under it. Throws
   * `NOT_A_MEMBER` when it was lost meanwhile, `FORBIDDEN` when the role that the operation's rule asks for was.
   */
  write<T>(roomId: number, work: (room: RoomTransaction<Emits<K>>) => Promise<T>): Promise<T>;

  /** Says that this call repeats one that was done before: its point is given back, REST answers 200. */
  repeated(): void;
}

/** The one function behind an operation. */
export type Service<K extends OperationName> = (ctx: Context<K>, input: ParsedInput<K>) => Promise<Output<K>>;

/** One service per operation: a new row of the table does not compile without one. */
export type Services = { [K in OperationName]: Service<K> };
