import type { ErrorCode, EventName, OperationName } from '@dream-studio/contracts';

export interface FaultOptions {
  /** How often it happens; 1 when absent, `Infinity` for always. */
  times?: number;
  /** Only to this user. */
  userId?: number;
}

export interface PacketFaultOptions extends FaultOptions {
  /** Of an operation: which of its two packets. The reply when absent: the operation has run then. */
  packet?: 'request' | 'reply';
}

/** Ends a fault before it has happened as often as it was to. */
export type EndFault = () => void;

/** Troubles to come. Each is told what it is for: an event on its way to clients, or an operation. */
export interface PacketFaults {
  /**
   * A packet never arrives. Of an operation over HTTP: the connection breaks, `fetch` rejects.
   * An event counts once, however many sockets it was for.
   */
  drop(target: EventName | OperationName, options?: PacketFaultOptions): EndFault;
  /** A packet arrives that much later; what follows it on the same connection waits behind an event or a request. */
  delay(target: EventName | OperationName, ms: number, options?: PacketFaultOptions): EndFault;
  /** A packet arrives twice: the event, or the request, which then runs twice (its first reply counts). */
  duplicate(target: EventName | OperationName, options?: FaultOptions): EndFault;
  /** The operation is `RATE_LIMITED`, whatever was used of its limit. */
  limit(operation: OperationName, retryAfterMs: number, options?: FaultOptions): EndFault;
  /** The operation fails with this code instead of running. */
  fail(operation: OperationName, code: ErrorCode, options?: FaultOptions): EndFault;
}

type Kind = 'drop' | 'delay' | 'duplicate' | 'limit' | 'fail';

interface Fault extends FaultOptions {
  kind: Kind;
  target: string;
  packet: 'request' | 'reply';
  left: number;
  ms: number;
  code: ErrorCode;
}

/** Where the double asks whether something is to go wrong. */
export interface FaultPlan extends PacketFaults {
  /** Takes one of the faults planned for an operation. */
  take(kind: Kind, target: OperationName, userId: number | undefined, packet?: 'request' | 'reply'): Fault | undefined;
  /** Takes one of the faults planned for an event to these users; says whom it hits. */
  takeEvent(
    kind: Kind,
    event: EventName,
    userIds: readonly number[],
  ): (Fault & { hits(userId: number): boolean }) | undefined;
}

export function createFaultPlan(): FaultPlan {
  const plan = new Set<Fault>();

  const add = (kind: Kind, target: string, options: PacketFaultOptions = {}, extra: Partial<Fault> = {}): EndFault => {
    const { times = 1, packet = 'reply' } = options;
    const fault: Fault = { ...options, kind, target, packet, left: times, ms: 0, code: 'INTERNAL', ...extra };
    plan.add(fault);
    return () => plan.delete(fault);
  };

  const takeIf = (fits: (fault: Fault) => boolean): Fault | undefined => {
    for (const fault of plan) {
      if (!fits(fault)) continue;
      fault.left -= 1;
      if (fault.left <= 0) plan.delete(fault);
      return fault;
    }
    return undefined;
  };

  return {
    drop: (target, options) => add('drop', target, options),
    delay: (target, ms, options) => add('delay', target, options, { ms }),
    duplicate: (target, options) => add('duplicate', target, options),
    limit: (target, retryAfterMs, options) => add('limit', target, options, { ms: retryAfterMs }),
    fail: (target, code, options) => add('fail', target, options, { code }),
    take: (kind, target, userId, packet) =>
      takeIf(
        (fault) =>
          fault.kind === kind &&
          fault.target === target &&
          (fault.userId === undefined || fault.userId === userId) &&
          (packet === undefined || fault.packet === packet),
      ),
    takeEvent(kind, event, userIds) {
      const fault = takeIf(
        ({ kind: own, target, userId }) =>
          own === kind && target === event && (userId === undefined ? userIds.length > 0 : userIds.includes(userId)),
      );
      return fault && { ...fault, hits: (userId) => fault.userId === undefined || fault.userId === userId };
    },
  };
}
