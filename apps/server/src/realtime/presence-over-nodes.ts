import type { Presence } from '../core/ports.js';
import type { Peers } from './peers.js';
import type { PresenceAnnouncer } from './presence.js';
import type { PresenceRegistry } from './presence-registry.js';

export interface PresenceOverNodesDeps {
  registry: PresenceRegistry;
  announcer: PresenceAnnouncer;
  /** null when this node is alone. */
  peers: Pick<Peers, 'onlineIn' | 'isOnlineIn'> | null;
}

/** What services ask about presence: of this node, and of the others when there are any. */
export const createPresence = ({ registry, announcer, peers }: PresenceOverNodesDeps): Presence => ({
  async onlineIn(roomId) {
    const here = registry.onlineIn(roomId);
    const elsewhere = await peers?.onlineIn(roomId);
    return elsewhere ? new Set([...here, ...elsewhere]) : here;
  },
  isConnected: async (userId, roomId) =>
    registry.isConnected(userId) || ((await peers?.isOnlineIn(roomId, userId)) ?? false),
  isCrowded: (roomId) => registry.isCrowded(roomId),
  enter: (roomId, userId, socketId) => announcer.enter(roomId, userId, socketId),
  exit: (roomId, userId, socketId) => announcer.exit(roomId, userId, socketId),
});
