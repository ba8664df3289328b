import { BOUNDS } from '@dream-studio/contracts';
import type { Bus, SocketCount } from '../../core/ports.js';
import type { RedisConnection } from './connection.js';

/** What is left of a user whose node died is forgotten after this. */
const KEPT_SECONDS = 60 * 60;

/**
 * A hash for each user: by node, their sockets there. Each node writes its own number first and then counts, so that of
 * handshakes at the same moment, on different nodes or on one, never too many pass. While Redis is away each node counts
 * alone.
 */
export function createRedisSocketCount(
  { commands, key }: RedisConnection,
  bus: Pick<Bus, 'nodeId' | 'isUp' | 'suspect'>,
  isLive: (nodeId: string) => boolean,
): SocketCount {
  const keyOf = (userId: number) => key(`sockets:${userId}`);
  /** Handshakes under way. */
  const coming = new Map<number, number>();
  const come = (userId: number, change: 1 | -1) => {
    const count = (coming.get(userId) ?? 0) + change;
    if (count > 0) coming.set(userId, count);
    else coming.delete(userId);
  };

  const write = async (userId: number, here: number): Promise<number> => {
    const count = here + (coming.get(userId) ?? 0);
    if (count > 0)
      await Promise.all([
        commands.hset(keyOf(userId), bus.nodeId, count),
        commands.expire(keyOf(userId), KEPT_SECONDS),
      ]);
    else await commands.hdel(keyOf(userId), bus.nodeId);
    return count;
  };

  const mayCome = async (userId: number, here: () => number): Promise<boolean> => {
    const count = await write(userId, here());
    const counts = await commands.hgetall(keyOf(userId));
    const others = Object.entries(counts).filter(([nodeId]) => nodeId !== bus.nodeId && isLive(nodeId));
    return others.reduce((sum, [, own]) => sum + Number(own), count) <= BOUNDS.socketsPerUserMax;
  };

  return {
    async admit(userId, here) {
      if (!bus.isUp()) return true;
      come(userId, 1);
      const may = await mayCome(userId, here).catch(() => {
        bus.suspect();
        return true;
      });
      come(userId, -1);
      if (!may) this.changed(userId, here());
      return may;
    },
    changed(userId, here) {
      if (bus.isUp()) void write(userId, here).catch(() => bus.suspect());
    },
  };
}
