import type { ConnectionTable } from './connection.js';
import type { PresenceAnnouncer } from './presence.js';
import type { MembershipListener } from './publisher.js';

/** Carries changes of membership over to live sockets: a removed member's are out of the room at once. */
export function createMembershipListener(
  connections: ConnectionTable,
  presence: PresenceAnnouncer,
  stopTyping: (socketId: string, roomId: number) => void,
): MembershipListener {
  return {
    memberAdded: (userId, roomId) => presence.memberAdded(userId, roomId),
    memberRemoved(userId, roomId) {
      for (const connection of connections.of(userId)) {
        stopTyping(connection.id, roomId);
        connection.exit(roomId);
      }
      presence.memberRemoved(userId, roomId);
    },
  };
}
