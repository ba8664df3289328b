import { BOUNDS } from '@dream-studio/contracts';
import type { Bus, SocketCount } from '../../core/ports.js';
import type { RedisConnection } from './connection.js';
import { isRefusal } from './refusal.js';

/** What is left of a user whose node died is forgotten after this; nodes write theirs again more often. */
const KEPT_SECONDS = 60 * 60;
/** When what Redis would not take is written again. */
const AGAIN_MS = 2_000;
/** Users written of at once. */
const USERS_MAX = 500;

/**
 * Counts one more socket of a user when there is room for it; tells whether there was. Of this node's own Redis is told,
 * since it may have forgotten. KEYS: the user's hash of sockets by node. ARGV: the bound, the seconds it is kept, this node,
 * its sockets with the new one, the other live nodes.
 */
const ADMIT = `
local total = tonumber(ARGV[4])
for place = 5, #ARGV do total = total + (tonumber(redis.call('HGET', KEYS[1], ARGV[place])) or 0) end
if total > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`;

/** The other nodes, and when this one is to write again what it has. */
interface SocketCountPeers {
  liveNodes(): Iterable<string>;
  onRewrite(listener: () => void): void;
}

/**
 * A hash for each user: by node, their sockets there. To look and to count is one step in Redis, so that of handshakes at
 * the same moment, on whatever nodes, never too many pass, nor too few. While Redis is away each node lets in what it may
 * have alone, and writes what it has when Redis is back; so it does while Redis takes no writes.
 */
export function createRedisSocketCount(
  { commands, key }: RedisConnection,
  bus: Pick<Bus, 'nodeId' | 'isUp' | 'suspect'>,
  peers: SocketCountPeers,
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
  const tryToWrite = (userId: number) => write(userId).catch((error) => failed(userId, error));
  const writeRefused = () => {
    const userIds = [...refused];
    refused.clear();
    if (bus.isUp()) for (const userId of userIds) void tryToWrite(userId);
  };
  const writeAll = async () => {
    const userIds = [...own.keys()];
    for (let at = 0; at < userIds.length && bus.isUp(); at += USERS_MAX) {
      await Promise.all(userIds.slice(at, at + USERS_MAX).map(tryToWrite));
    }
  };
  const failed = (userId: number, error: unknown) => {
    // All is written when Redis is back.
    if (!isRefusal(error)) return bus.suspect();
    if (refused.size === 0) setTimeout(writeRefused, AGAIN_MS).unref();
    refused.add(userId);
  };

  const removeOne = (userId: number) => {
    add(userId, -1);
    if (bus.isUp()) void tryToWrite(userId);
  };

  peers.onRewrite(() => void writeAll());

  return {
    async admit(userId) {
      add(userId, 1);
      if (!bus.isUp()) return true;
      try {
        const count = own.get(userId) as number;
        const args = [BOUNDS.socketsPerUserMax, KEPT_SECONDS, bus.nodeId, count, ...peers.liveNodes()];
        if (await commands.eval(ADMIT, 1, keyOf(userId), ...args)) return true;
      } catch (error) {
        failed(userId, error);
        return true;
      }
      // One that was asked for meanwhile may have been let in, and has counted this one.
      removeOne(userId);
      return false;
    },
    left: removeOne,
  };
}
