import { BOUNDS } from '@dream-studio/contracts';
import type { Bus, SocketCount } from '../../core/ports.js';
import type { RedisConnection } from './connection.js';

/** What is left of a user whose node died is forgotten after this. */
const KEPT_SECONDS = 60 * 60;

/**
 * A hash for each user: by node, their sockets there. Each node writes its own number first and then counts, so that of
 * handshakes at the same moment on different nodes never too many pass. While Redis is away each node counts alone.
 */
export function createRedisSocketCount(
  { commands, key }: RedisConnection,
  bus: Pick<Bus, 'nodeId' | 'isUp' | 'suspect'>,
  isLive: (nodeId: string) => boolean,
): SocketCount {
  const keyOf = (userId: number) => key(`sockets:${userId}`);

  const write = (userId: number, here: number): Promise<unknown> =>
    here > 0
      ? Promise.all([commands.hset(keyOf(userId), bus.nodeId, here), commands.expire(keyOf(userId), KEPT_SECONDS)])
      : commands.hdel(keyOf(userId), bus.nodeId);

  return {
    async admit(userId, here) {
      if (!bus.isUp()) return true;
      try {
        await write(userId, here);
        const counts = await commands.hgetall(keyOf(userId));
        const others = Object.entries(counts).filter(([nodeId]) => nodeId !== bus.nodeId && isLive(nodeId));
        const total = others.reduce((sum, [, count]) => sum + Number(count), here);
        if (total <= BOUNDS.socketsPerUserMax) return true;
        await write(userId, here - 1);
        return false;
      } catch {
        bus.suspect();
        return true;
      }
    },
    changed(userId, here) {
      if (bus.isUp()) void write(userId, here).catch(() => bus.suspect());
    },
  };
}
