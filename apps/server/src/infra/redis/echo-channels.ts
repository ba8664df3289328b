import type { RedisConnection } from './connection.js';

const SLOTS = 16_384;
/** Of a cluster, evenly spread: each master of up to half as many has one of them at least. */
const PARTS = 32;

/**
 * Channels on which a node says something to itself. Of a cluster there are many, so that each of its masters is asked: with
 * one of them gone, what is said on its channels is not heard, and all others are well.
 */
export function echoChannels(nodeId: string, { isCluster, key }: Pick<RedisConnection, 'isCluster' | 'key'>): string[] {
  if (!isCluster) return [`echo:${nodeId}`];
  const byPart = new Map<number, string>();
  for (let attempt = 0; byPart.size < PARTS; attempt += 1) {
    const channel = `echo:${nodeId}:${attempt}`;
    const part = Math.floor((slotOf(key(channel)) * PARTS) / SLOTS);
    if (!byPart.has(part)) byPart.set(part, channel);
  }
  return [...byPart.values()];
}

/** Of a key without a hash tag: Redis Cluster's CRC16 (XMODEM). */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(key)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc % SLOTS;
}
