import { fail } from '../failure.js';
import type { Audience } from '../hub.js';
import type { RoomRow } from '../state.js';

/** An archived room can be read, not written. */
export function requireActive(room: RoomRow): void {
  if (room.archivedAt) fail('CONFLICT', 'This room is archived');
}

/** A direct room always has its two members, and the other one's name. */
export function requireGroup(room: RoomRow): void {
  if (room.type === 'DIRECT') fail('CONFLICT', 'This is a direct room');
}

/** News to every member, whatever they are looking at. */
export const everyMember = (roomId: number): Audience => ({ room: roomId, membersOf: roomId });
