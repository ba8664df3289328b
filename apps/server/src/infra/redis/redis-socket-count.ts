import { BOUNDS } from '@dream-studio/contracts';
import type { Bus, SocketCount } from '../../core/ports.js';
import type { RedisConnection } from './connection.js';
import { isRefusal } from './refusal.js';

/** What is left of a user whose node died is forgotten after this. */
const KEPT_SECONDS = 60 * 60;
/** When what Redis would not take is written again. */
const AGAIN_MS = 2_000;

/**
 * Counts one more socket of a user when there is room for it; tells whether there was. KEYS: the user's hash of sockets by
 * node. ARGV: the bound, the seconds it is kept, this node, the other live nodes.
 */
const ADMIT = `
local total = 0
for place = 3, #ARGV do total = total + (tonumber(redis.call('HGET', KEYS[1], ARGV[place])) or 0) end
if total >= tonumber(ARGV[1]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`;

/**
 * A hash for each user: by node, their sockets there. To look and to count is one step in Redis, so that of handshakes at
 * the same moment, on whatever nodes, never too many pass, nor too few. While Redis is away each node lets in what it may
 * have alone, and writes what it has when Redis is back; so it does while Redis takes no writes.
 */
export function createRedisSocketCount(
  { commands, key }: RedisConnection,
  bus: Pick<Bus, 'nodeId' | 'isUp' | 'suspect' | 'onChange'>,
  liveNodes: () => Iterable<string>,
): SocketCount {
  const keyOf = (userId: number) => key(`sockets:${userId}`);
  /** On this node; 0 while Redis does not know yet that there are none any more. */
  const own = new Map<number, number>();
  /** Redis would not take what there is to say of these. */
  const refused = new Set<number>();
  const add = (userId: number, change: 1 | -1) => own.set(userId, Math.max(0, (own.get(userId) ?? 0) + change));

  const write = async (userId: number): Promise<void> => {
    const count = own.get(userId) ?? 0;
    if (count > 0) {
      await commands.hset(keyOf(userId), bus.nodeId, count);
      await commands.expire(keyOf(userId), KEPT_SECONDS);
      return;
    }
    await commands.hdel(keyOf(userId), bus.nodeId);
    if (own.get(userId) === 0) own.delete(userId);
  };
  const tryToWrite = (userId: number) => void write(userId).catch((error) => failed(userId, error));
  const writeRefused = () => {
    const userIds = [...refused];
    refused.clear();
    if (bus.isUp()) for (const userId of userIds) tryToWrite(userId);
  };
  const failed = (userId: number, error: unknown) => {
    // All is written when Redis is back.
    if (!isRefusal(error)) return bus.suspect();
    if (refused.size === 0) setTimeout(writeRefused, AGAIN_MS).unref();
    refused.add(userId);
  };

  bus.onChange((isUp) => {
    if (isUp) for (const userId of own.keys()) tryToWrite(userId);
  });

  return {
    async admit(userId) {
      add(userId, 1);
      if (!bus.isUp()) return true;
      const others = [...liveNodes()];
      try {
        const args = [BOUNDS.socketsPerUserMax, KEPT_SECONDS, bus.nodeId, ...others];
        if (await commands.eval(ADMIT, 1, keyOf(userId), ...args)) return true;
        add(userId, -1);
        if (own.get(userId) === 0) own.delete(userId);
        return false;
      } catch (error) {
        failed(userId, error);
        return true;
      }
    },
    left(userId) {
      add(userId, -1);
      if (bus.isUp()) tryToWrite(userId);
    },
  };
}
