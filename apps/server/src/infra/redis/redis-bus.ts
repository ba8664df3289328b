import type { Bus, BusListener, Log } from '../../core/ports.js';
import type { RedisConnection } from './connection.js';
import { echoChannels } from './echo-channels.js';
import { createPubSub, type PubSub } from './pub-sub.js';

/** How often this node says something to itself, and when not to hear it means that others are not heard either. */
const ECHO_MS = 500;
const SILENCE_MS = 1_500;
/** So long without an echo, and the connections are made anew: they may lead nowhere. */
const STUCK_MS = 5_000;
const SUBSCRIBE_TIMEOUT_MS = 1_000;
/** All channels may be tens of thousands. */
const SUBSCRIBE_ALL_TIMEOUT_MS = 10_000;

/**
 * The bus over Redis pub/sub. What one turn of the event loop says on a channel is one message. Whether the others are
 * heard is found out by listening to oneself, the whole way through Redis: a connection may be open and dead.
 */
export class RedisBus implements Bus {
  readonly nodeId: string;
  readonly #redis: RedisConnection;
  readonly #pubSub: PubSub;
  readonly #log: Log;
  /** By their names in Redis. */
  readonly #channels = new Map<string, string>();
  readonly #listeners: BusListener[] = [];
  readonly #onChange: ((isUp: boolean) => void)[] = [];
  readonly #echo: NodeJS.Timeout;
  /** When each was last heard. */
  readonly #echoes: Map<string, number>;
  #outgoing = new Map<string, unknown[]>();
  #isUp = false;
  /** All channels are subscribed to on the connection that is there now. */
  #isListening = false;
  #isSubscribing = false;
  #madeAnewAt = performance.now();

  constructor(redis: RedisConnection, nodeId: string, log: Log) {
    this.nodeId = nodeId;
    this.#redis = redis;
    this.#pubSub = createPubSub(redis);
    this.#log = log;
    const echoes = echoChannels(nodeId, redis);
    this.#echoes = new Map(echoes.map((channel) => [channel, this.#madeAnewAt]));
    this.#listenTo(echoes);
    this.#pubSub.onMessage((name, text) => this.#hear(name, text));
    redis.subscriber.on('ready', this.#listenToAll);
    for (const client of [redis.commands, redis.subscriber]) client.on('close', this.#lost);
    this.#echo = setInterval(() => this.#checkEcho(), ECHO_MS);
  }

  isUp(): boolean {
    return this.#isUp;
  }

  suspect(): void {
    this.#setUp(false);
  }

  send(channel: string, message: unknown): void {
    if (!this.#isUp) return;
    if (this.#outgoing.size === 0) setImmediate(() => this.#flush());
    const open = this.#outgoing.get(channel);
    if (open) open.push(message);
    else this.#outgoing.set(channel, [message]);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    this.#listenTo(channels);
    // They are subscribed to with all others, when the connection is back.
    if (!this.#isListening && !this.#isSubscribing) return;
    const done = this.#subscribeTo(channels.map(this.#redis.key));
    if (this.#isUp) await done;
  }

  unsubscribe(channels: readonly string[]): void {
    const names = channels.map(this.#redis.key);
    for (const name of names) this.#channels.delete(name);
    if (!this.#isUp) return;
    void this.#pubSub.unsubscribe(names).catch((err) => this.#log.debug({ err }, 'cannot stop listening'));
  }

  onMessage(listener: BusListener): void {
    this.#listeners.push(listener);
  }

  onChange(listener: (isUp: boolean) => void): void {
    this.#onChange.push(listener);
  }

  close(): void {
    clearInterval(this.#echo);
    this.#flush();
    this.#redis.subscriber.off('ready', this.#listenToAll);
    for (const client of [this.#redis.commands, this.#redis.subscriber]) client.off('close', this.#lost);
  }

  #flush(): void {
    const batch = this.#outgoing;
    this.#outgoing = new Map();
    for (const [channel, messages] of batch) {
      const text = JSON.stringify([this.nodeId, ...messages]);
      void this.#pubSub.publish(this.#redis.key(channel), text).catch((err) => {
        this.#log.debug({ err }, 'cannot tell other servers');
        this.#setUp(false);
      });
    }
  }

  #hear(name: string, text: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    if (this.#echoes.has(channel)) {
      this.#echoes.set(channel, performance.now());
      if (this.#silenceMs() < SILENCE_MS) this.#setUp(this.#isListening);
      return;
    }
    try {
      const [from, ...messages] = JSON.parse(text) as [string, ...unknown[]];
      if (from === this.nodeId) return;
      for (const message of messages) for (const listener of this.#listeners) listener(channel, from, message);
    } catch (err) {
      // Another version may be at the other end: what it says must not end this process.
      this.#log.warn({ err, channel }, 'cannot understand another server');
    }
  }

  /** Since the echo that was heard the longest ago, in milliseconds. */
  #silenceMs(): number {
    return performance.now() - Math.min(...this.#echoes.values());
  }

  readonly #listenToAll = async (): Promise<void> => {
    this.#isListening = false;
    if (this.#isSubscribing) return;
    this.#isSubscribing = true;
    try {
      await inTime(SUBSCRIBE_ALL_TIMEOUT_MS, this.#pubSub.subscribe([...this.#channels.keys()]));
      this.#isListening = true;
      this.#sayEcho();
    } catch (err) {
      this.#log.debug({ err }, 'cannot listen to other servers');
    } finally {
      this.#isSubscribing = false;
    }
  };

  async #subscribeTo(names: readonly string[]): Promise<void> {
    try {
      await inTime(SUBSCRIBE_TIMEOUT_MS, this.#pubSub.subscribe(names));
    } catch (err) {
      this.#log.debug({ err }, 'cannot listen to other servers');
      // Not before all channels are listened to are the others heard: what is said meanwhile on these is lost.
      this.#lost();
    }
  }

  readonly #lost = (): void => {
    this.#isListening = false;
    this.#setUp(false);
  };

  #checkEcho(): void {
    const now = performance.now();
    const { commands, subscriber } = this.#redis;
    const silenceMs = this.#silenceMs();
    // Nor is it known then what is still subscribed to.
    if (silenceMs > SILENCE_MS) this.#lost();
    if (silenceMs > STUCK_MS && now - this.#madeAnewAt > STUCK_MS) {
      this.#madeAnewAt = now;
      for (const client of [commands, subscriber]) client.disconnect(true);
    }
    if (!this.#isListening && subscriber.status === 'ready') void this.#listenToAll();
    this.#sayEcho();
  }

  #sayEcho(): void {
    if (this.#redis.commands.status !== 'ready') return;
    for (const channel of this.#echoes.keys()) {
      // One that fails is not heard.
      void this.#pubSub.publish(this.#redis.key(channel), '').catch(() => {});
    }
  }

  #listenTo(channels: readonly string[]): void {
    for (const channel of channels) this.#channels.set(this.#redis.key(channel), channel);
  }

  #setUp(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    if (isUp) this.#log.info({}, 'the other servers are heard');
    else this.#log.warn({}, 'the other servers are not heard: Redis is away');
    for (const listener of this.#onChange) listener(isUp);
  }
}

function inTime<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
