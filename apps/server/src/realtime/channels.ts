import type { Audience } from '../core/ports.js';

/** Heard by every node. */
export const EVERYONE = 'all';

/** Heard by nodes on which a member of the room is online. */
export const roomChannel = (roomId: number): string => `room:${roomId}`;

/** Where nodes hear of it that may have sockets in the audience. Named users may be anywhere. */
export function channelOf({ room, membersOf, users }: Audience): string {
  const roomId = room ?? membersOf;
  return users || roomId === undefined ? EVERYONE : roomChannel(roomId);
}
