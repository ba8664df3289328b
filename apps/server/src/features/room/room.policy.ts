import { fail } from '../../core/errors.js';
import type { LockedRoom } from '../../core/ports.js';

/** An archived room can be read, not written. */
export function requireActive(room: LockedRoom): void {
  if (room.archivedAt) fail('CONFLICT', 'This room is archived');
}

/** A direct room always has its two members, and the other one's name. */
export function requireGroup(room: LockedRoom): void {
  if (room.type === 'DIRECT') fail('CONFLICT', 'This is a direct room');
}
