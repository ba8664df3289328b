import type {
  Emits,
  EventName,
  events,
  OperationName,
  Output,
  operations,
  ParsedInput,
  Payload,
} from '@dream-studio/contracts';
import type { Connection } from './connections.js';
import type { Audience } from './hub.js';
import type { MemberRow, RoomRow } from './state.js';
import type { Identity } from './tokens.js';

/** What the gate found: the room a call is about, and the caller in it. */
export interface RoomAccess {
  readonly room: RoomRow;
  readonly member: MemberRow;
}

type Rule<K extends OperationName> = (typeof operations)[K]['auth']['rule'];
type Guarded<K extends OperationName> = Rule<K> extends 'anyone' | 'user' | 'service' ? null : RoomAccess;
type Identified<K extends OperationName> = Rule<K> extends 'anyone' ? Identity | null : Identity;
type Connected<K extends OperationName> = (typeof operations)[K] extends { rest: object }
  ? Connection | null
  : Connection;

export type DurableEvent = {
  [E in EventName]: (typeof events)[E]['durable'] extends true ? E : never;
}[EventName];

/** What a handler knows of the call it serves. Events are sent when it has returned; a throw sends nothing. */
export interface Context<K extends OperationName> {
  readonly identity: Identified<K>;
  readonly access: Guarded<K>;
  readonly connection: Connected<K>;
  emit<E extends Emits<K>>(event: E, audience: Audience, payload: Payload<E>): void;
  /** Emits an entry of a room's log: takes the room's next `seq` for it. To the room unless an audience is given. */
  append<E extends Emits<K> & DurableEvent>(
    room: RoomRow,
    event: E,
    fields: Omit<Payload<E>, 'seq' | 'roomId'>,
    audience?: Audience,
  ): { seq: number };
  /** This call repeats one that was done before: its point is given back, REST answers 200. */
  repeated(): void;
}

/** The one function behind an operation. */
export type Handler<K extends OperationName> = (ctx: Context<K>, input: ParsedInput<K>) => Output<K>;

/** One handler per operation: a new row of the table does not compile without one. */
export type Handlers = { [K in OperationName]: Handler<K> };
