import type { Member, Role } from '@dream-studio/contracts';
import { fail } from '../../core/errors.js';
import { isAdmin } from '../../core/policy.js';

/** Admins remove anyone but the owner, the owner and who acts as one anyone; everyone may remove themself. */
export function requireRemovable(member: Member, by: number, role: Role | null): void {
  if (member.userId === by) return;
  if (!isAdmin(role)) fail('FORBIDDEN', 'Only the owner and admins may remove members');
  if (member.role === 'OWNER' && role !== 'OWNER') fail('FORBIDDEN', 'The owner cannot be removed');
}
