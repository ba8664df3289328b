import { createRequire } from 'node:module';
import type { EchoOptions } from './echo-server.js';

interface RawWebSocket {
  send(data: string | Uint8Array): void;
  close(): void;
  terminate(): void;
  on(event: 'open' | 'error', listener: () => void): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'close', listener: (code: number) => void): void;
}

interface WsPackage {
  WebSocket: new (url: string, options?: object) => RawWebSocket;
}

const ws = createRequire(new URL('../../../apps/server/package.json', import.meta.url))('ws') as WsPackage;

/** The server as it is, and Socket.IO as it comes: both must do the same. */
export const ENGINES: [string, EchoOptions][] = [
  ['coalesced writes', {}],
  ['stock Socket.IO', { stock: true }],
];

/** Query parameters; one that is undefined is left out. */
type Query = Record<string, string | undefined>;

function address(url: string, transport: string, query: Query): string {
  const all: Query = { EIO: '4', transport, ...query };
  const params = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${url}/socket.io/?${new URLSearchParams(params)}`;
}

export interface Answer {
  status: number;
  body: string;
}

/** One HTTP request to Engine.IO: a poll, or with a body what is sent to it. */
export async function request(url: string, query: Query = {}, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(address(url, 'polling', query), init);
  return { status: response.status, body: await response.text() };
}

/** A session over HTTP long-polling. It keeps the cookie of a load balancer, as a browser does. */
export class Polling {
  readonly #url: string;
  readonly sid: string;
  readonly #headers: Record<string, string>;

  private constructor(url: string, greeting: string, cookies: readonly string[]) {
    this.#url = url;
    this.sid = JSON.parse(greeting.slice(1)).sid;
    this.#headers = cookies.length > 0 ? { cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') } : {};
  }

  static async open(url: string): Promise<Polling> {
    const response = await fetch(address(url, 'polling', {}));
    return new Polling(url, await response.text(), response.headers.getSetCookie());
  }

  poll(signal?: AbortSignal): Promise<Answer> {
    return this.#request({ ...(signal && { signal }) });
  }

  push(...packets: string[]): Promise<Answer> {
    return this.#request({ method: 'POST', body: packets.join('\x1e') });
  }

  /** Polls until a packet fits; returns all that came. Heartbeats are answered, and left out. */
  async until(fits: (packet: string) => boolean): Promise<string[]> {
    const all: string[] = [];
    while (!all.some(fits)) {
      const { status, body } = await this.poll();
      if (status !== 200) throw new Error(`The session ended before: ${body}`);
      const packets = body.split('\x1e');
      if (packets.includes('2')) await this.push('3');
      all.push(...packets.filter((packet) => packet !== '2'));
    }
    return all;
  }

  /** A WebSocket that wants to take the session over. */
  webSocket(): Raw {
    return new Raw(this.#url, { sid: this.sid }, { headers: this.#headers });
  }

  #request(init: RequestInit): Promise<Answer> {
    return request(this.#url, { sid: this.sid }, { ...init, headers: this.#headers });
  }
}

/** A bare WebSocket that keeps all it is sent until somebody asks for it. */
export class Raw {
  readonly socket: RawWebSocket;
  /** Resolves with the close code; 1006 also when it never opened. */
  readonly closed: Promise<number>;
  readonly #received: (string | Buffer)[] = [];
  #wake = () => {};
  #isClosed = false;

  constructor(url: string, query: Query = {}, options: object = {}) {
    const target = address(url.replace('http', 'ws'), 'websocket', query);
    this.socket = new ws.WebSocket(target, options);
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => {
      this.#received.push(isBinary ? data : data.toString());
      this.#wake();
    });
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code) => {
        this.#isClosed = true;
        this.#wake();
        resolve(code);
      }),
    );
  }

  /** Open, and past Engine.IO's greeting, which it returns. */
  static async open(url: string, options: object = {}): Promise<{ raw: Raw; greeting: string }> {
    const raw = new Raw(url, {}, options);
    return { raw, greeting: String(await raw.next()) };
  }

  get opened(): Promise<void> {
    return new Promise((resolve) => this.socket.on('open', resolve));
  }

  send(...packets: (string | Uint8Array)[]): void {
    for (const packet of packets) this.socket.send(packet);
  }

  /** What came next. Rejects when it has closed before. */
  async next(): Promise<string | Buffer> {
    while (this.#received.length === 0) {
      if (this.#isClosed) throw new Error('The connection closed before');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#received.shift() as string | Buffer;
  }

  /** As many that are no heartbeats. */
  async messages(count: number): Promise<(string | Buffer)[]> {
    const all: (string | Buffer)[] = [];
    while (all.length < count) {
      const packet = await this.next();
      if (packet !== '2') all.push(packet);
    }
    return all;
  }

  /** Everything to its end. */
  async rest(): Promise<(string | Buffer)[]> {
    await this.closed;
    return this.#received.splice(0).filter((packet) => packet !== '2');
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
