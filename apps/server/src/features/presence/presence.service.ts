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
      const [seen, online] = await Promise.all([
        userIds.length > 0 ? repository.lastSeen(roomId, userIds) : [],
        presence.onlineIn(roomId),
      ]);
      const members = seen.map(({ userId, lastSeenAt }) => {
        const isOnline = online.has(userId);
        return { userId, online: isOnline, lastSeenAt: isOnline ? null : lastSeenAt };
      });
      return { ...onlineFields(online), members };
    },
  };
}

/** Who is online in a room: the first ids, and the true count. */
export function onlineFields(online: ReadonlySet<number>): { onlineUserIds: number[]; onlineCount: number } {
  const onlineUserIds: number[] = [];
  for (const userId of online) if (onlineUserIds.push(userId) === BOUNDS.presenceListMax) break;
  return { onlineUserIds, onlineCount: online.size };
}
