import type { Auth, Role, Rule } from '@dream-studio/contracts';
import type { RoomAccess } from './context.js';
import { fail } from './errors.js';
import type { AccessReader } from './ports.js';

const ADMINS: readonly Role[] = ['OWNER', 'ADMIN'];

/** Owner or admin. */
export const isAdmin = (role: Role | null): boolean => role !== null && ADMINS.includes(role);

/**
 * The gate: may this user make this call? Throws what the rule says; returns the room the call is about and the
 * caller's role in it, or null for a rule that is about no room. `input` is parsed, so its subject is an id.
 */
export async function authorize(
  auth: Auth,
  userId: number,
  input: Record<string, unknown>,
  reader: AccessReader,
): Promise<RoomAccess | null> {
  if (!('subject' in auth)) return null;
  const subject = input[auth.subject] as number;
  switch (auth.rule) {
    case 'message.visible':
      return sameRoom(await reader.byMessage(userId, subject), input) ?? fail('NOT_FOUND', 'Message not found');
    case 'call.visible':
      return sameRoom(await reader.byCall(userId, subject), input) ?? fail('NOT_FOUND', 'Call not found');
    default: {
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
