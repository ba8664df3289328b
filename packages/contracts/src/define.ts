import type { z } from 'zod';
import type { ErrorCode } from './errors.js';
import type { LimitName } from './limits.js';

/**
 * Who may call, decided by the gate before the service runs.
 *
 * - `anyone`: no token needed.
 * - `user`: any valid token.
 * - `service`: a token of the host app's backend (`role: "service"`); `FORBIDDEN` for anyone else.
 * - `room.member`, `room.admin` (owner or admin), `room.owner`: by the `roomId` the input names. A room that does not
 *   exist and one that is not the caller's answer alike: `NOT_A_MEMBER`. A member without the role: `FORBIDDEN`.
 * - `message.visible`, `call.visible`: by the row's id; missing, in another room than the `roomId` given along, or in
 *   a room that is not the caller's: `NOT_FOUND`.
 */
export type Rule = keyof typeof RULES;

/** The codes each rule answers with. A row must list them among its `errors`. */
export const RULES = {
  anyone: [],
  user: [],
  service: ['FORBIDDEN'],
  'room.member': ['NOT_A_MEMBER'],
  'room.admin': ['NOT_A_MEMBER', 'FORBIDDEN'],
  'room.owner': ['NOT_A_MEMBER', 'FORBIDDEN'],
  'message.visible': ['NOT_FOUND'],
  'call.visible': ['NOT_FOUND'],
} as const satisfies Record<string, readonly ErrorCode[]>;

/** A gate, and the input key that names what it guards. */
export type Auth<Subject extends string = string> =
  | { rule: 'anyone' | 'user' | 'service' }
  | { rule: Exclude<Rule, 'anyone' | 'user' | 'service'>; subject: Subject };

export interface RestRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the root, with `{name}` for the input keys taken from the path. */
  path: `/${string}`;
  /** Status of a success; 200 when absent. A repeated create answers 200. */
  status?: 201;
}

/** One row of the operation table: data only, so that transports, documents, SDK and tests can all read it. */
export interface OperationSpec<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
  Errors extends readonly ErrorCode[] = readonly ErrorCode[],
  Emits extends readonly string[] = readonly string[],
> {
  kind: 'query' | 'mutation';
  /** One sentence; the operation's documentation everywhere. */
  summary: string;
  input: Input;
  output: Output;
  /** Codes this call can answer with, besides the common ones. */
  errors: Errors;
  auth: Auth<keyof Input['shape'] & string>;
  /**
   * Service tokens pass this row's room gate without being a member, as the room's owner would, and pay the limit `service`
   * in place of the row's. A room that does not exist answers them as it answers anyone.
   */
  service?: true;
  limit: LimitName;
  /** Events the service may emit. */
  emits: Emits;
  /** Name of the client's Socket.IO event. */
  socket?: string;
  /** The REST route. An operation with one is a tRPC procedure too; without, it needs a live socket. */
  rest?: RestRoute;
  /** Not mounted in production. */
  developmentOnly?: true;
}

/** Defines an operation, keeping its literal types. */
export const defineOperation = <
  const Input extends z.ZodObject,
  const Output extends z.ZodType,
  const Errors extends readonly ErrorCode[],
  const Emits extends readonly string[],
  const Spec extends OperationSpec<Input, Output, Errors, Emits>,
>(
  spec: Spec & OperationSpec<Input, Output, Errors, Emits>,
): Spec => spec;

/** One row of the event table: what the server sends. */
export interface EventSpec<Payload extends z.ZodType = z.ZodType> {
  summary: string;
  payload: Payload;
  /** An entry of the room's log: its payload carries the room's `seq`. */
  durable: boolean;
}

/** Defines an event, keeping its literal types. */
export const defineEvent = <const Spec extends EventSpec>(spec: Spec): Spec => spec;
