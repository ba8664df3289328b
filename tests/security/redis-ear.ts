import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { vi } from 'vitest';
import { PATIENCE_MS } from '../../apps/server/src/test/app.js';
import { redisCommand } from '../../scripts/lib/redis-command.js';

/** Hears every command that a Redis is given, by whomever: what is published and what its scripts do are among them. */
export interface RedisEar extends Disposable {
  /** All up to now, a line for each. */
  heard(): Promise<string>;
}

export async function listenToRedis(redis: { port: number }): Promise<RedisEar> {
  const socket = connect(redis.port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  socket.on('data', (text) => {
    heard += text;
  });
  const until = (text: string) => vi.waitUntil(() => heard.includes(text), { timeout: PATIENCE_MS });
  socket.write('MONITOR\r\n');
  await until('+OK');
  return {
    async heard() {
      const fence = randomUUID();
      await redisCommand(redis, 'ECHO', fence);
      await until(fence);
      return heard;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** What a key holds, and for how many seconds; -1: for good. */
export interface Held {
  key: string;
  seconds: number;
  value: unknown;
}

/** Fails at a kind of value that it does not know. */
const DUMP = `
local reads = { string = {'GET'}, hash = {'HGETALL'}, set = {'SMEMBERS'}, zset = {'ZRANGE', '0', '-1', 'WITHSCORES'} }
local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local read = reads[redis.call('TYPE', key).ok]
  local value = redis.call(read[1], key, unpack(read, 2))
  table.insert(all, { key = key, seconds = redis.call('TTL', key), value = value })
end
return cjson.encode(all)`;

/** All that a Redis holds. */
export async function dumpRedis(redis: { port: number }): Promise<Held[]> {
  return JSON.parse(await redisCommand(redis, 'EVAL', DUMP, '0'));
}
