import type { RedisConnection } from './connection.js';

/** Redis pub/sub, whichever of its two kinds. What cannot be done rejects. */
export interface PubSub {
  publish(channel: string, text: string): Promise<unknown>;
  subscribe(channels: readonly string[]): Promise<unknown>;
  unsubscribe(channels: readonly string[]): Promise<unknown>;
  onMessage(listener: (channel: string, text: string) => void): void;
}

/** Channels in one command. */
const CHANNELS_MAX = 1_000;

/** A cluster hands what is published to all of its nodes, unless it is sharded: then only to those with the channel. */
export const createPubSub = (redis: RedisConnection): PubSub => (redis.isCluster ? sharded(redis) : plain(redis));

const plain = ({ commands, subscriber }: RedisConnection): PubSub => ({
  publish: (channel, text) => commands.publish(channel, text),
  subscribe: (channels) => Promise.all(chunks(channels).map((part) => subscriber.subscribe(...part))),
  unsubscribe: (channels) => Promise.all(chunks(channels).map((part) => subscriber.unsubscribe(...part))),
  onMessage: (listener) => void subscriber.on('message', listener),
});

/** One command for each channel: those of one command would have to be of one slot. */
const sharded = ({ commands, subscriber }: RedisConnection): PubSub => ({
  publish: (channel, text) => commands.spublish(channel, text),
  subscribe: (channels) => Promise.all(channels.map((channel) => subscriber.ssubscribe(channel))),
  unsubscribe: (channels) => Promise.all(channels.map((channel) => subscriber.sunsubscribe(channel))),
  onMessage: (listener) => void subscriber.on('smessage', listener),
});

function chunks(channels: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < channels.length; at += CHANNELS_MAX) parts.push(channels.slice(at, at + CHANNELS_MAX));
  return parts;
}
