import type { LimitName, OperationSpec, Role, Rule } from '@dream-studio/contracts';
import type { Identity, RoomAccess } from './context.js';
import { fail } from './errors.js';
import type { AccessReader } from './ports.js';

const ADMINS: readonly Role[] = ['OWNER', 'ADMIN'];

/** Owner or admin. */
export const isAdmin = (role: Role | null): boolean => role !== null && ADMINS.includes(role);

/** What of an identity the gate decides on. */
export type Visitor = Pick<Identity, 'userId' | 'isService'>;

/** What of a row the gate reads. */
export type Gate = Pick<OperationSpec, 'auth' | 'service'>;

/** A service token on a row for services: it is taken for the room's owner, member or not. */
export const actsAsOwner = ({ service }: Pick<Gate, 'service'>, visitor: Visitor | null): boolean =>
  service === true && visitor?.isService === true;

/** The limit that a call is counted against. */
export const limitFor = (row: Pick<OperationSpec, 'limit' | 'service'>, visitor: Visitor | null): LimitName =>
  actsAsOwner(row, visitor) ? 'service' : row.limit;

/**
 * The gate: may this user make this call? Throws what the rule says; returns the room the call is about and the
 * caller's role in it, or null for a rule that is about no room. `input` is parsed, so its subject is an id.
 */
export async function authorize(
  gate: Gate,
  visitor: Visitor,
  input: Record<string, unknown>,
  reader: AccessReader,
): Promise<RoomAccess | null> {
  const { auth } = gate;
  const { userId, isService } = visitor;
  if (auth.rule === 'service' && !isService) fail('FORBIDDEN', 'Only service tokens may do this');
  if (!('subject' in auth)) return null;
  const subject = input[auth.subject] as number;
  switch (auth.rule) {
    case 'message.visible':
      return sameRoom(await reader.byMessage(userId, subject), input) ?? fail('NOT_FOUND', 'Message not found');
    case 'call.visible':
      return sameRoom(await reader.byCall(userId, subject), input) ?? fail('NOT_FOUND', 'Call not found');
    default: {
      if (actsAsOwner(gate, visitor)) {
        return (await reader.exists(subject)) ? { roomId: subject, role: 'OWNER' } : fail('NOT_A_MEMBER');
      }
      const access = (await reader.byRoom(userId, subject)) ?? fail('NOT_A_MEMBER');
      requireRole(auth.rule, access.role);
      return access;
    }
  }
}

/** The part of a rule that is about the caller's role, for the gate and again under the room's lock. */
export function requireRole(rule: Rule, role: Role | null): void {
  if (rule === 'room.owner' && role !== 'OWNER') fail('FORBIDDEN', 'Only the owner may do this');
  if (rule === 'room.admin' && !isAdmin(role)) fail('FORBIDDEN', 'Only the owner and admins may do this');
}

/** A row of another room than the one named along with it is as good as missing. */
const sameRoom = (access: RoomAccess | null, input: Record<string, unknown>): RoomAccess | null =>
  access && (input.roomId === undefined || input.roomId === access.roomId) ? access : null;
