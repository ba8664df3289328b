import { createChatClient } from '@dream-studio/sdk';
import { startTcpProxy, type TcpProxy, type TcpProxyOptions } from '../../../apps/server/src/test/tcp-proxy.js';
import type { Redis } from '../../../scripts/lib/redis.js';
import { type Random, randomFrom } from '../../lib/random.js';
import type { Outcome } from './check.js';
import { type Cluster, createCluster } from './cluster.js';
import type { FailPoints } from './fail-points.js';
import type { History } from './history.js';
import { type Login, login } from './logins.js';
import { openRawReader, openSdkReader, type Reader } from './readers.js';
import { seed } from './scale.js';
import type { ServerProcess } from './server.js';
import { readRoom, type Store } from './store.js';
import { PATIENCE_MS, until } from './wait.js';
import { PAUSE_MS, type RawWriterOptions, startRawWriter, startSdkWriter, type Writer } from './writers.js';

const FIRST_USER = 100;
const USERS = 90;
/** Who takes part on one node. */
const ALONE = ['sdk', 'sdk', 'raw'] as const;
/** A figure over this multiple of what is promised is an error: less than that, and the machine may be busy. */
const MARGIN = 4;
/** What is waited for at once. */
const ACKS_AT_ONCE = 100;

export interface WorldOptions {
  /** For what is printed: `F1 on postgres`. */
  name: string;
  store: Store;
  history: History;
  failPoints?: FailPoints;
  /** How many servers share the database; each that comes in is at the next one. */
  nodes?: number;
  /** More of the server's environment. */
  env?: NodeJS.ProcessEnv;
  /** How long `settle` waits for readers to show everything. */
  settleMs?: number;
}

/** A server, or several, their database, one room that everyone is a member of, and who reads and writes there. */
export class World implements AsyncDisposable {
  readonly name: string;
  readonly store: Store;
  readonly history: History;
  /** The first of `nodes`. */
  readonly server: ServerProcess;
  readonly nodes: readonly ServerProcess[];
  /** The way of each node to Redis, when there are several. */
  readonly links: readonly TcpProxy[];
  /** Leads each connection to one of the nodes that are up. */
  readonly front: { readonly url: string };
  readonly random: Random = randomFrom(seed);
  readonly readers: Reader[] = [];
  readonly writers: Writer[] = [];
  roomId = 0;
  readonly #settleMs: number;
  readonly #cluster: Cluster;
  readonly #urls = new Map<string, string>();
  readonly #proxies: TcpProxy[] = [];
  #users = 0;

  private constructor({ name, store, history, settleMs = PATIENCE_MS }: WorldOptions, cluster: Cluster) {
    this.name = name;
    this.#settleMs = settleMs;
    this.store = store;
    this.history = history;
    this.#cluster = cluster;
    this.nodes = cluster.nodes;
    this.server = cluster.nodes[0] as ServerProcess;
    this.links = cluster.links;
    this.front = cluster.front;
  }

  static async start(options: WorldOptions): Promise<World> {
    const { store, history, env, nodes = 1, failPoints } = options;
    const world = new World(options, await createCluster({ history, env: { ...store.env, ...env }, nodes }));
    try {
      await world.#cluster.start(failPoints);
      const owner = createChatClient(await world.login());
      const memberIds = Array.from({ length: USERS }, (_, i) => FIRST_USER + i);
      // The first calls to a new server may be too much for a busy machine.
      await until('there is a room', async () => {
        const room = await owner.rooms.create({ name: 'Room', memberIds }).catch(() => null);
        world.roomId = room?.id ?? 0;
        return room !== null;
      });
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  get redis(): Redis {
    if (!this.#cluster.redis) throw new Error('a server alone has no Redis');
    return this.#cluster.redis;
  }

  /** A member nobody has used yet, who comes in at the next node, or at an address that leads to one. */
  readonly login = (url = (this.nodes[this.#users % this.nodes.length] as ServerProcess).url): Promise<Login> => {
    this.#users += 1;
    return login(url, FIRST_USER + this.#users);
  };

  /** Where a reader or a writer has come in. */
  readonly urlOf = (name: string): string | undefined => this.#urls.get(name);

  async addReader(kind: 'sdk' | 'raw', url?: string): Promise<Reader> {
    const { history, roomId } = this;
    const name = `${kind} reader ${this.readers.length + 1}`;
    const open = kind === 'sdk' ? openSdkReader : openRawReader;
    const who = await this.login(url);
    const reader = open({ ...who, name, history, roomId });
    this.#urls.set(name, who.url);
    this.readers.push(reader);
    await until(`${name} is in the room`, reader.isLive);
    return reader;
  }

  async addWriter(kind: 'sdk' | 'raw', more: Partial<RawWriterOptions> = {}): Promise<Writer> {
    const { history, roomId, random } = this;
    const name = `${kind} writer ${this.writers.length + 1}`;
    const start = kind === 'sdk' ? startSdkWriter : startRawWriter;
    const options = { ...(await this.login(more.url)), name, history, roomId, random, ...more };
    const writer = start(options);
    this.#urls.set(name, options.url);
    this.writers.push(writer);
    return writer;
  }

  /** Runs a proxy in front of the first server; it ends with the world. */
  async proxy(options?: TcpProxyOptions): Promise<TcpProxy & { url: string }> {
    const proxy = await startTcpProxy(this.server.port, options);
    this.#proxies.push(proxy);
    return { ...proxy, url: `http://127.0.0.1:${proxy.port}` };
  }

  /** Who usually takes part: on the SDK and without it, both on each node when there are several. */
  async addEveryone(): Promise<void> {
    const each = <T>(one: T) => this.nodes.map(() => one);
    const kinds = this.nodes.length > 1 ? [...each('sdk' as const), ...each('raw' as const)] : ALONE;
    for (const kind of kinds) await this.addReader(kind);
    // As much is written in all as with two nodes: the machine is the same.
    const pauseMs = PAUSE_MS * Math.max(1, this.nodes.length / 2);
    for (const kind of kinds) await this.addWriter(kind, { pauseMs });
  }

  fault(what: string): void {
    this.history.note({ kind: 'fault', what });
  }

  /** Waits until so many more messages are acknowledged: as long as there are some, now and then. */
  async untilAcked(more: number): Promise<void> {
    const wanted = this.history.count('acked') + more;
    for (let left = more; left > 0; left = wanted - this.history.count('acked')) {
      const next = wanted - left + Math.min(left, ACKS_AT_ONCE);
      await until(`${left} of ${more} more acks`, () => this.history.count('acked') >= next);
    }
  }

  /** Waits until every reader and writer is connected again; returns how long that took, in milliseconds. */
  untilLive(): Promise<number> {
    return until('everyone is live', () => [...this.readers, ...this.writers].every((one) => one.isLive()));
  }

  /** Prints what was measured beside what is promised. Throws when it is `margin` times that, or more. */
  figure(what: string, ms: number, promisedMs: number, margin = MARGIN): void {
    const took = Math.round(ms);
    this.print(`${what} after ${took} ms (promised: ${promisedMs})${took > promisedMs ? ': LATE' : ''}`);
    if (took > promisedMs * margin) throw new Error(`${what} after ${took} ms, and not after ${promisedMs}`);
  }

  print(text: string): void {
    console.log(`${this.name}: ${text}`);
  }

  /** Ends the writers, and waits until the outcome of everything sent is known. */
  async stopWriting(): Promise<void> {
    for (const writer of this.writers) writer.stop();
    await until('every send has an outcome', () => this.writers.every((writer) => writer.isDone()));
  }

  /** `stopWriting`, and waits until every reader shows all that was acknowledged. */
  async settle(): Promise<void> {
    await this.stopWriting();
    const acked = this.history.of('acked');
    const showsAll = (reader: Reader) => {
      const list = reader.list();
      const shown = new Set(list.map(({ id }) => id));
      return acked.every(({ id, seq }) => shown.has(id) || seq < (list[0]?.seq ?? 0));
    };
    // What is missing in the end is the checker's to say.
    await until('every reader shows all', () => this.readers.every(showsAll), this.#settleMs).catch(() => {});
  }

  /** All that is left. Ends the servers, so that the database can be read. */
  async outcome(): Promise<Outcome> {
    const lists = Object.fromEntries(await Promise.all(this.readers.map(async (one) => [one.name, await one.whole()])));
    await Promise.all(this.nodes.map((node) => node.stop()));
    return { history: this.history.entries, lists, ...(await readRoom(this.store, this.roomId)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of [...this.readers, ...this.writers]) one.close();
    for (const proxy of this.#proxies) await proxy[Symbol.asyncDispose]();
    await this.#cluster[Symbol.asyncDispose]();
  }
}
