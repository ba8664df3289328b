import type { Redis } from '../../scripts/lib/redis.js';
import { redisCommand } from '../../scripts/lib/redis-command.js';

/** What a Redis says of itself. */
export interface RedisUsage {
  /** In steps of a microsecond. */
  readonly cpuSeconds: number;
  /** In use, its own buffers included. */
  readonly memoryBytes: number;
  /** From and to its clients, since it was started. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export async function redisUsage(redis: Redis): Promise<RedisUsage> {
  const info = await redisCommand(redis, 'INFO', 'everything');
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return {
    cpuSeconds: field('used_cpu_user') + field('used_cpu_sys'),
    memoryBytes: field('used_memory'),
    bytesIn: field('total_net_input_bytes'),
    bytesOut: field('total_net_output_bytes'),
  };
}
