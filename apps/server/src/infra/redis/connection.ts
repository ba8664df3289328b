import { Cluster, type ClusterNode, Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../../core/ports.js';
import { coalesceCommands } from './coalesced-commands.js';
import { isReadOnly } from './refusal.js';

/** Where Redis is: `REDIS_URL`, `REDIS_CLUSTER` and `REDIS_PREFIX`. */
export interface RedisSettings {
  /** One, or the first nodes of a Redis Cluster. */
  urls: string[];
  isCluster: boolean;
  /** Goes before every key and channel. */
  prefix: string;
}

/** Two clients: one that has subscribed may do nothing else. */
export interface RedisConnection {
  readonly commands: Redis | Cluster;
  readonly subscriber: Redis | Cluster;
  readonly isCluster: boolean;
  /** A key or channel of this system. */
  key(name: string): string;
  close(): void;
}

/** A command that is not answered by then has failed; whatever it was for goes on without it. */
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 3_000;
const RETRY_MAX_MS = 1_000;

/**
 * Connects to Redis, and again whenever the connection is lost. Nothing waits for that: a command without a connection
 * fails at once, and is not sent later, when it would be about what was.
 */
export function connectRedis(settings: RedisSettings, log: Log): RedisConnection {
  const subscriber = createClient(settings, true);
  const commands = createClient(settings, false, () => {
    if (subscriber.status === 'ready') subscriber.disconnect(true);
  });
  const clients = [commands, subscriber];
  for (const client of clients) {
    coalesceCommands(client);
    // Without a listener an error would end the process; that Redis is away is told by the bus.
    client.on('error', (err: Error) => log.debug({ err }, 'redis'));
  }
  return {
    commands,
    subscriber,
    isCluster: settings.isCluster,
    key: (name) => settings.prefix + name,
    close: () => {
      for (const client of clients) client.disconnect();
    },
  };
}

/** `onReadOnly` is called when a server turns out to be a replica now; the client connects anew. */
function createClient({ urls, isCluster }: RedisSettings, subscribes: boolean, onReadOnly = () => {}): Redis | Cluster {
  const options = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // The bus subscribes again itself, and knows when that is done.
    autoResubscribe: false,
    keepAlive: 5_000,
    // With auto-pipelining each command would wait for the answers to those before it: twice its time when Redis hangs, and
    // the whole way there and back when it is far.
    enableAutoPipelining: false,
    // To subscribe to all channels again after a long time away may take longer.
    ...(!subscribes && { commandTimeout: COMMAND_TIMEOUT_MS }),
  } satisfies RedisOptions;
  const retryStrategy = (times: number) => Math.min(100 * times, RETRY_MAX_MS);
  if (!isCluster) {
    // A replica still passes on what is published to it, so that this node would go on hearing itself. Its name leads to
    // the new primary by now, or will soon. In a cluster ioredis follows the primary itself, by MOVED.
    let wasReadOnly = false;
    return new Redis(urls[0] as string, {
      ...options,
      enableOfflineQueue: false,
      reconnectOnError: (error) => {
        if (!isReadOnly(error)) return false;
        wasReadOnly = true;
        onReadOnly();
        return true;
      },
      retryStrategy: (times) => {
        const ms = wasReadOnly ? RETRY_MAX_MS : retryStrategy(times);
        wasReadOnly = false;
        return ms;
      },
    });
  }
  const { tls, username, password } = parse(urls[0] as string);
  return new Cluster(urls.map(toNode), {
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    shardedSubscribers: subscribes,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    clusterRetryStrategy: retryStrategy,
    clusterNodeRetryStrategy: retryStrategy,
    // Certificates name hosts, not addresses.
    ...(tls && { dnsLookup: (host: string, done: (error: null, address: string) => void) => done(null, host) }),
    redisOptions: { ...options, username, password, ...(tls && { tls: {} }) },
  });
}

function parse(url: string) {
  const { protocol, username, password } = new URL(url);
  return {
    tls: protocol === 'rediss:',
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
  };
}

function toNode(url: string): ClusterNode {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 6379) };
}
