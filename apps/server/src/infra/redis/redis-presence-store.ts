import type { PresenceChange, PresenceEntry, PresenceStore } from '../../core/ports.js';
import type { RedisConnection } from './connection.js';
import { isRefusal } from './refusal.js';

/** Rooms that nobody writes about for that long are forgotten; each node writes all of its own more often. */
const ROOM_SECONDS = 2 * 60 * 60;
/** Rooms asked about at once. */
const ROOMS_MAX = 500;

/**
 * Renews the lease, by Redis's clock; tells whether it was still there, and who else has one. Dead nodes are forgotten: last,
 * since a Redis without memory refuses what is added, but not by a script that has removed something.
 * KEYS: the sorted set of nodes. ARGV: the node, the lease in milliseconds.
 */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return { score and tonumber(score) > now - ARGV[2] and 1 or 0, redis.call('ZRANGE', KEYS[1], 0, -1) }`;

/** Nodes with a lease. KEYS: the sorted set of nodes. ARGV: the lease in milliseconds. */
const LIVE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf')`;

/**
 * A set for each room: `user node` for a member who is online on a node, `user node v` for one who shows the room there.
 * What a dead node has left counts no longer, and is removed by whoever comes across it.
 */
export function createRedisPresenceStore(
  { commands, key }: RedisConnection,
  nodeId: string,
  leaseMs: number,
): PresenceStore {
  const nodesKey = key('nodes');
  const roomKey = (roomId: number) => key(`presence:${roomId}`);

  const writeRoom = async (roomId: number, changes: readonly PresenceChange[]) => {
    const texts = (isPresent: boolean) =>
      changes.filter((one) => one.isPresent === isPresent).map((one) => textOf(nodeId, one));
    const [present, absent] = [texts(true), texts(false)];
    if (absent.length > 0) await commands.srem(roomKey(roomId), ...absent);
    if (present.length === 0) return;
    await commands.sadd(roomKey(roomId), ...present);
    await commands.expire(roomKey(roomId), ROOM_SECONDS);
  };

  const remove = (roomId: number, texts: readonly string[]) =>
    // The next who comes across them tries again.
    void commands.srem(roomKey(roomId), ...texts).catch(() => {});

  const readRooms = async (roomIds: readonly number[]): Promise<[number, PresenceEntry[]][]> => {
    const sets = await Promise.all(roomIds.map((roomId) => commands.smembers(roomKey(roomId))));
    // Afterwards: a node writes nothing before it has a lease.
    const live = new Set((await commands.eval(LIVE, 1, nodesKey, leaseMs)) as string[]);
    return roomIds.map((roomId, index) => {
      const texts = sets[index] as string[];
      const dead = texts.filter((text) => !live.has(toEntry(text).nodeId));
      if (dead.length > 0) remove(roomId, dead);
      return [roomId, texts.map(toEntry).filter((entry) => live.has(entry.nodeId))];
    });
  };

  return {
    async write(changes) {
      const byRoom = new Map<number, PresenceChange[]>();
      for (const change of changes) byRoom.set(change.roomId, [...(byRoom.get(change.roomId) ?? []), change]);
      try {
        await Promise.all([...byRoom].map(([roomId, own]) => writeRoom(roomId, own)));
        return true;
      } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
      }
    },

    async read(roomIds) {
      const entries = new Map<number, PresenceEntry[]>();
      for (let at = 0; at < roomIds.length; at += ROOMS_MAX) {
        for (const [roomId, own] of await readRooms(roomIds.slice(at, at + ROOMS_MAX))) entries.set(roomId, own);
      }
      return entries;
    },

    async beat() {
      const [known, live] = (await commands.eval(BEAT, 1, nodesKey, nodeId, leaseMs)) as [number, string[]];
      return { wasKnown: known === 1, live };
    },

    async leave() {
      await commands.zrem(nodesKey, nodeId);
    },
  };
}

const textOf = (nodeId: string, { userId, isView }: PresenceChange): string =>
  `${userId} ${nodeId}${isView ? ' v' : ''}`;

function toEntry(text: string): PresenceEntry {
  const [userId, nodeId = '', view] = text.split(' ');
  return { userId: Number(userId), nodeId, isView: view === 'v' };
}
