import type { Audience } from './ports.js';

/** Every member of a room, whatever they are looking at: news that the list of rooms shows too. No socket gets it twice. */
export const everyMember = (roomId: number): Audience => ({ room: roomId, membersOf: roomId });
