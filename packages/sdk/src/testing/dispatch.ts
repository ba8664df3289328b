import {
  type Emits,
  type ErrorBody,
  LIMITS,
  type OperationName,
  type OperationSpec,
  operations,
  type Payload,
} from '@dream-studio/contracts';
import type { Connection } from './connections.js';
import type { Context, DurableEvent, Handlers, RoomAccess } from './context.js';
import { bodyOf, fail, failure } from './failure.js';
import type { FaultPlan } from './faults.js';
import { authorize } from './gate.js';
import type { Audience, Emission, Hub } from './hub.js';
import type { Limiter } from './limiter.js';
import { appendEntry, type RoomRow, type State } from './state.js';
import type { Identity } from './tokens.js';

/** Where a call came from. */
export interface Caller {
  /** null without a valid token. */
  readonly identity: Identity | null;
  readonly connection: Connection | null;
  /** `test`: made by `server.call`, which spends no limit and meets no fault. */
  readonly over: 'socket' | 'http' | 'test';
}

/** An input that could not even be read, such as a body that is not JSON. */
export class UnreadableInput {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export type DispatchReply = { ok: true; data: unknown; repeated: boolean } | { ok: false; error: ErrorBody };

/** A call the double was asked to make, in the order they came. */
export interface ReceivedCall {
  readonly operation: string;
  /** undefined without a valid token. */
  readonly userId: number | undefined;
  readonly over: Caller['over'];
  readonly input: unknown;
  readonly reply: { ok: true; data: unknown } | { ok: false; error: ErrorBody };
}

export interface Dispatch {
  (name: string, caller: Caller, raw: unknown): DispatchReply;
  readonly received: readonly ReceivedCall[];
}

interface DispatchDeps {
  state: State;
  handlers: Handlers;
  limiter: Limiter;
  hub: Hub;
  faults: FaultPlan;
}

/** The one path every call takes, in the real server's order: find, identify, limit, parse, authorise, run, publish, shape. */
export function createDispatch(deps: DispatchDeps): Dispatch {
  const received: ReceivedCall[] = [];
  const dispatch = (name: string, caller: Caller, raw: unknown): DispatchReply => {
    let reply: DispatchReply;
    try {
      reply = run(deps, name, caller, raw);
    } catch (error) {
      reply = { ok: false, error: bodyOf(error) };
    }
    const { over, identity } = caller;
    received.push({ operation: name, userId: identity?.userId, over, input: raw, reply });
    return reply;
  };
  return Object.assign(dispatch, { received });
}

function run(deps: DispatchDeps, name: string, caller: Caller, raw: unknown): DispatchReply {
  const operation = findOperation(name, caller);
  const { identity, over } = caller;
  if (!identity && operation.auth.rule !== 'anyone') fail('UNAUTHENTICATED');

  const key = LIMITS[operation.limit].key === 'address' || !identity ? 'address' : String(identity.userId);
  const userId = identity?.userId;
  if (over !== 'test') consume(deps, name as OperationName, operation, key, userId);

  const input = parse(operation, raw);
  const access = identity ? authorize(deps.state, operation.auth, identity.userId, input) : null;
  const fault = over === 'test' ? undefined : deps.faults.take('fail', name as OperationName, userId);
  if (fault) fail(fault.code);

  const call = createContext(caller, access);
  const handler = deps.handlers[name as OperationName] as (ctx: unknown, input: unknown) => unknown;
  const result = handler(call.context, input);
  const data = operation.output.parse(result);
  deps.hub.publish(call.emissions);
  const repeated = call.isRepeated();
  if (repeated && over !== 'test') deps.limiter.refund(operation.limit, key);
  return { ok: true, data, repeated };
}

function findOperation(name: string, caller: Caller): OperationSpec {
  const operation: OperationSpec | undefined = Object.hasOwn(operations, name)
    ? operations[name as OperationName]
    : undefined;
  if (!operation || (!operation.rest && !caller.connection)) fail('NOT_FOUND', 'No such operation');
  return operation;
}

function consume(
  { limiter, faults }: DispatchDeps,
  name: OperationName,
  { limit }: OperationSpec,
  key: string,
  userId: number | undefined,
): void {
  const retryAfterMs = faults.take('limit', name, userId)?.ms ?? limiter.consume(limit, key);
  if (retryAfterMs === 0) return;
  throw failure('RATE_LIMITED', `Too many requests: try again in ${Math.ceil(retryAfterMs / 1000)} s`, {
    retryAfterMs,
  });
}

function parse(operation: OperationSpec, raw: unknown): Record<string, unknown> {
  if (raw instanceof UnreadableInput) fail('BAD_INPUT', raw.reason);
  const parsed = operation.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.map(pathPart), message }));
  const [first] = issues;
  fail('BAD_INPUT', first ? [first.path.join('.'), first.message].filter(Boolean).join(': ') : undefined, { issues });
}

const pathPart = (part: PropertyKey): string | number => (typeof part === 'number' ? part : String(part));

/** Collects what a handler emits until it may be published. */
function createContext({ identity, connection }: Caller, access: RoomAccess | null) {
  const emissions: Emission[] = [];
  let repeated = false;
  const emit = (event: Emits<OperationName>, audience: Audience, payload: Payload<Emits<OperationName>>) => {
    emissions.push({ event, audience, payload });
  };
  const append = (room: RoomRow, event: DurableEvent, fields: object, audience: Audience = { room: room.id }) => {
    const payload = appendEntry(room, event, fields);
    emissions.push({ event, audience, payload } as Emission);
    return payload;
  };
  const context = {
    identity,
    access,
    connection,
    emit,
    append,
    repeated: () => {
      repeated = true;
    },
  } as unknown as Context<OperationName>;
  return { context, emissions, isRepeated: () => repeated };
}
