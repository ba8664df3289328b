import {
  type ErrorBody,
  type EventName,
  LIMITS,
  type OperationName,
  type OperationSpec,
  operations,
  type Payload,
} from '@dream-studio/contracts';
import type { Caller, Context, RoomAccess, Services } from './context.js';
import { fail } from './errors.js';
import type { ToErrorBody } from './failure.js';
import { actsAsOwner, authorize, limitFor, requireRole } from './policy.js';
import type {
  AccessReader,
  Audience,
  Emission,
  Log,
  Publisher,
  RateLimiter,
  RoomLog,
  RoomTransaction,
} from './ports.js';

/** An input that could not even be read, such as a body that is not JSON: `BAD_INPUT`, after its limit was paid. */
export class UnreadableInput {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What a transport gets back; it never sees a throw. */
export type DispatchReply = { ok: true; data: unknown; repeated: boolean } | { ok: false; error: ErrorBody };

export type Dispatch = (name: string, caller: Caller, raw: unknown) => Promise<DispatchReply>;

export interface DispatchDeps {
  services: Services;
  access: AccessReader;
  limiter: RateLimiter;
  publisher: Publisher;
  roomLog: RoomLog;
  log: Log;
  /** Development-only operations do not exist in production. */
  production: boolean;
  toErrorBody: ToErrorBody;
}

/**
 * The one path every call takes, whatever transport it came over: find, identify, limit, parse, authorise, run,
 * publish, shape, log. The order matters: the limit is paid before parsing, so that junk costs its sender.
 */
export function createDispatch(deps: DispatchDeps): Dispatch {
  return async (name, caller, raw) => {
    const startedAt = performance.now();
    let reply: DispatchReply;
    try {
      reply = await run(deps, name, caller, raw);
    } catch (error) {
      const fields = { operation: name, transport: caller.transport, userId: caller.identity?.userId };
      reply = { ok: false, error: deps.toErrorBody(error, fields) };
    }
    deps.log[reply.ok ? 'debug' : 'info'](
      {
        operation: name,
        transport: caller.transport,
        userId: caller.identity?.userId,
        code: reply.ok ? 'OK' : reply.error.code,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
      },
      'call',
    );
    return reply;
  };
}

async function run(deps: DispatchDeps, name: string, caller: Caller, raw: unknown): Promise<DispatchReply> {
  const operation = findOperation(name, caller, deps.production);
  const { identity } = caller;
  if (!identity && operation.auth.rule !== 'anyone') fail('UNAUTHENTICATED');

  const limit = limitFor(operation, identity);
  const key = LIMITS[limit].key === 'address' || !identity ? caller.address : String(identity.userId);
  const retryAfterMs = await deps.limiter.consume(limit, key);
  if (retryAfterMs > 0)
    fail('RATE_LIMITED', `Too many requests: try again in ${Math.ceil(retryAfterMs / 1000)} s`, { retryAfterMs });

  const input = parse(operation, raw);
  const access = identity ? await authorize(operation, identity, input, deps.access) : null;

  const call = new CallContext(deps, caller, access, operation);
  const service = deps.services[name as OperationName] as (ctx: unknown, input: unknown) => Promise<unknown>;
  const result = await service(call.context, input);
  deps.publisher.publish(call.takeEmissions());
  if (call.isRepeated) await deps.limiter.refund(limit, key);
  return { ok: true, data: operation.output.parse(result), repeated: call.isRepeated };
}

function findOperation(name: string, caller: Caller, production: boolean): OperationSpec {
  const operation: OperationSpec | undefined = Object.hasOwn(operations, name)
    ? operations[name as OperationName]
    : undefined;
  if (!operation || (operation.developmentOnly && production) || (!operation.rest && !caller.connection)) {
    fail('NOT_FOUND', 'No such operation');
  }
  return operation;
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

/** Collects what a service emits until it may be published. */
class CallContext {
  isRepeated = false;
  readonly context: Context<OperationName>;
  #emissions: Emission[] = [];

  constructor(deps: DispatchDeps, caller: Caller, access: RoomAccess | null, operation: OperationSpec) {
    const { identity } = caller;
    const writer = actsAsOwner(operation, identity) ? 'owner' : (identity?.userId ?? null);
    const emit = (event: EventName, audience: Audience, payload: Payload<EventName>) =>
      this.#emissions.push({ event, audience, payload });
    this.context = {
      identity,
      access,
      connection: caller.connection,
      emit,
      inRoomOrder: (roomId: number, work: () => Promise<unknown>) =>
        deps.roomLog.inOrder(roomId, async (publish) => {
          const result = await work();
          await publish(this.takeEmissions());
          return result;
        }),
      write: (roomId: number, work: (room: RoomTransaction<EventName>) => Promise<unknown>) =>
        deps.roomLog.write(roomId, writer, (transaction) => {
          requireRole(operation.auth.rule, transaction.room.role);
          return work(transaction);
        }),
      repeated: () => {
        this.isRepeated = true;
      },
    } as unknown as Context<OperationName>;
  }

  takeEmissions(): Emission[] {
    const taken = this.#emissions;
    this.#emissions = [];
    return taken;
  }
}
