import { createChatClient } from '@dream-studio/sdk';
import { startTcpProxy, type TcpProxy, type TcpProxyOptions } from '../../../apps/server/src/test/tcp-proxy.js';
import { freePort } from '../../../scripts/lib/ports.js';
import { type Random, randomFrom } from '../../lib/random.js';
import type { Outcome } from './check.js';
import type { FailPoints } from './fail-points.js';
import type { History } from './history.js';
import { type Login, login } from './logins.js';
import { openRawReader, openSdkReader, type Reader } from './readers.js';
import { seed } from './scale.js';
import { createServerProcess, type ServerProcess } from './server.js';
import { readRoom, type Store } from './store.js';
import { PATIENCE_MS, until } from './wait.js';
import { type RawWriterOptions, startRawWriter, startSdkWriter, type Writer } from './writers.js';

const FIRST_USER = 100;
const USERS = 90;
/** A figure over this multiple of what is promised is an error: less than that, and the machine may be busy. */
const MARGIN = 4;

export interface WorldOptions {
  /** For what is printed: `F1 on postgres`. */
  name: string;
  store: Store;
  history: History;
  failPoints?: FailPoints;
  /** More of the server's environment. */
  env?: NodeJS.ProcessEnv;
  /** How long `settle` waits for readers to show everything. */
  settleMs?: number;
}

/** A server, its database, one room that everyone is a member of, and who reads and writes there. */
export class World implements AsyncDisposable {
  readonly name: string;
  readonly store: Store;
  readonly history: History;
  readonly server: ServerProcess;
  readonly random: Random = randomFrom(seed);
  readonly readers: Reader[] = [];
  readonly writers: Writer[] = [];
  roomId = 0;
  readonly #settleMs: number;
  readonly #proxies: TcpProxy[] = [];
  #users = 0;

  private constructor({ name, store, history, env, settleMs = PATIENCE_MS }: WorldOptions, port: number) {
    this.name = name;
    this.#settleMs = settleMs;
    this.store = store;
    this.history = history;
    this.server = createServerProcess({ history, env: { ...store.env, ...env }, port });
  }

  static async start(options: WorldOptions): Promise<World> {
    const world = new World(options, await freePort());
    try {
      await world.server.start(options.failPoints);
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

  /** A member nobody has used yet, who comes in at the server, or at an address that leads to it. */
  login(url = this.server.url): Promise<Login> {
    this.#users += 1;
    return login(url, FIRST_USER + this.#users);
  }

  async addReader(kind: 'sdk' | 'raw', url?: string): Promise<Reader> {
    const { history, roomId } = this;
    const name = `${kind} reader ${this.readers.length + 1}`;
    const open = kind === 'sdk' ? openSdkReader : openRawReader;
    const reader = open({ ...(await this.login(url)), name, history, roomId });
    this.readers.push(reader);
    await until(`${name} is in the room`, reader.isLive);
    return reader;
  }

  async addWriter(kind: 'sdk' | 'raw', more: Partial<RawWriterOptions> = {}): Promise<Writer> {
    const { history, roomId, random } = this;
    const name = `${kind} writer ${this.writers.length + 1}`;
    const start = kind === 'sdk' ? startSdkWriter : startRawWriter;
    const writer = start({ ...(await this.login()), name, history, roomId, random, ...more });
    this.writers.push(writer);
    return writer;
  }

  /** Runs a proxy in front of the server; it ends with the world. */
  async proxy(options?: TcpProxyOptions): Promise<TcpProxy & { url: string }> {
    const proxy = await startTcpProxy(this.server.port, options);
    this.#proxies.push(proxy);
    return { ...proxy, url: `http://127.0.0.1:${proxy.port}` };
  }

  /** Who usually takes part: on the SDK and without it. */
  async addEveryone(): Promise<void> {
    for (const kind of ['sdk', 'sdk', 'raw'] as const) await this.addReader(kind);
    for (const kind of ['sdk', 'sdk', 'raw'] as const) await this.addWriter(kind);
  }

  fault(what: string): void {
    this.history.note({ kind: 'fault', what });
  }

  /** Waits until so many more messages are acknowledged. */
  untilAcked(more: number): Promise<number> {
    const wanted = this.history.count('acked') + more;
    return until(`${more} more acks`, () => this.history.count('acked') >= wanted);
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

  /** All that is left. Ends the server, so that the database can be read. */
  async outcome(): Promise<Outcome> {
    const lists = Object.fromEntries(await Promise.all(this.readers.map(async (one) => [one.name, await one.whole()])));
    await this.server.stop();
    return { history: this.history.entries, lists, ...(await readRoom(this.store, this.roomId)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of [...this.readers, ...this.writers]) one.close();
    for (const proxy of this.#proxies) await proxy[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
