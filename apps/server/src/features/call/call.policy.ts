import type { Call, Role } from '@dream-studio/contracts';
import { fail } from '../../core/errors.js';
import { isAdmin } from '../../core/policy.js';

export const isActive = (call: Call): boolean => call.status === 'RINGING' || call.status === 'ONGOING';

export const isParticipant = (call: Call, userId: number): boolean =>
  call.participants.some((participant) => participant.userId === userId);

/** Takes part now: has not left. */
export const takesPart = (call: Call, userId: number): boolean =>
  call.participants.some((participant) => participant.userId === userId && participant.leftAt === null);

/** The initiator, a participant, or the room's owner or admin may end a call. */
export function requireMayEnd(call: Call, userId: number, role: Role | null): void {
  if (call.initiatedBy === userId || isParticipant(call, userId) || isAdmin(role)) return;
  fail('FORBIDDEN', 'Not authorized to end this call');
}
