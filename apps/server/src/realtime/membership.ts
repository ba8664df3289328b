import type { ConnectionTable } from './connection.js';
import type { PresenceAnnouncer } from './presence.js';
import type { PresenceRegistry } from './presence-registry.js';
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

/** Puts users of this node out of a room that the database does not know as members. */
export const createMembersCheck =
  (
    registry: Pick<PresenceRegistry, 'onlineIn'>,
    listener: Pick<MembershipListener, 'memberRemoved'>,
    members: (roomId: number, userIds: number[]) => Promise<ReadonlySet<number>>,
  ) =>
  async (roomId: number): Promise<void> => {
    const online = [...registry.onlineIn(roomId)];
    const still = await members(roomId, online);
    for (const userId of online) if (!still.has(userId)) listener.memberRemoved(userId, roomId);
  };
