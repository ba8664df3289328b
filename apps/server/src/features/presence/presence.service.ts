import { BOUNDS } from '@dream-studio/contracts';
import type { Services } from '../../core/context.js';
import type { Presence } from '../../core/ports.js';
import type { PresenceRepository } from './presence.repository.js';

export function createPresenceService(
  presence: Presence,
  repository: PresenceRepository,
): Pick<Services, 'presence.list'> {
  return {
    'presence.list': async (_ctx, { roomId, userIds }) => {
      const seen = userIds.length > 0 ? await repository.lastSeen(roomId, userIds) : [];
      const members = seen.map(({ userId, lastSeenAt }) => {
        const online = presence.isOnline(userId);
        return { userId, online, lastSeenAt: online ? null : lastSeenAt };
      });
      return { ...onlineFields(presence, roomId), members };
    },
  };
}

/** Who is online in a room: the first ids, and the true count. */
export function onlineFields(presence: Presence, roomId: number): { onlineUserIds: number[]; onlineCount: number } {
  const online = presence.onlineIn(roomId);
  return { onlineUserIds: [...online].slice(0, BOUNDS.presenceListMax), onlineCount: online.size };
}
