import type { TRPCBuiltRouter, TRPCDefaultErrorData, TRPCMutationProcedure, TRPCQueryProcedure } from '@trpc/server';
import type { z } from 'zod';
import type { COMMON_ERRORS, ErrorBody, ErrorCode } from './errors.js';
import type { events, operations } from './table.js';

type Operations = typeof operations;
type Events = typeof events;

/** `noun.verb`. */
export type OperationName = keyof Operations;
export type EventName = keyof Events;

/** What a caller sends: defaults may be left out. */
export type Input<K extends OperationName> = z.input<Operations[K]['input']>;
/** What a service gets: parsed, trimmed, defaults filled in. */
export type ParsedInput<K extends OperationName> = z.output<Operations[K]['input']>;
/** What a caller gets. */
export type Output<K extends OperationName> = z.output<Operations[K]['output']>;
export type Payload<E extends EventName> = z.output<Events[E]['payload']>;
/** Events the service of an operation may emit. */
export type Emits<K extends OperationName> = Operations[K]['emits'][number];

/** Codes an operation can answer with. */
export type FailureCode<K extends OperationName> = Operations[K]['errors'][number] | (typeof COMMON_ERRORS)[number];
export type Failure<K extends OperationName> = ErrorBody & { code: FailureCode<K> };

/** What every Socket.IO ack carries. */
export type Reply<K extends OperationName> = { ok: true; data: Output<K> } | { ok: false; error: Failure<K> };

/** Operations that answer to a Socket.IO event. */
export type SocketOperation = {
  [K in OperationName]: Operations[K] extends { socket: string } ? K : never;
}[OperationName];

/** Operations that answer over HTTP, by REST and by tRPC. */
export type HttpOperation = { [K in OperationName]: Operations[K] extends { rest: object } ? K : never }[OperationName];

/** The client's Socket.IO event map. The ack is optional. */
export type ClientToServerEvents = {
  [K in SocketOperation as Operations[K]['socket']]: (input: Input<K>, ack?: (reply: Reply<K>) => void) => void;
};

/** The server's Socket.IO event map. */
export type ServerToClientEvents = { [E in EventName]: (payload: Payload<E>) => void } & {
  /** A failure nobody waits for: the text, as in the seed, then the whole body. */
  error: (message: string, body: ErrorBody) => void;
};

type Procedure<K extends OperationName> = Operations[K]['kind'] extends 'query'
  ? TRPCQueryProcedure<{ input: Input<K>; output: Output<K>; meta: object }>
  : TRPCMutationProcedure<{ input: Input<K>; output: Output<K>; meta: object }>;

type Noun<K extends string> = K extends `${infer N}.${string}` ? N : never;

type RouterRecord = {
  [N in Noun<HttpOperation>]: {
    [K in HttpOperation as K extends `${N}.${infer Verb}` ? Verb : never]: Procedure<K>;
  };
};

/** What a tRPC client finds under `error.data`. */
export interface TrpcErrorData extends TRPCDefaultErrorData {
  error: ErrorBody;
}

/** The type of the tRPC router: for `createTRPCClient<AppRouter>()`, without an import from the server. */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: { message: string; code: number; data: TrpcErrorData }; transformer: false },
  RouterRecord
>;

export type { ErrorCode };
