import { connect, type Socket } from 'node:net';

const HOST = '127.0.0.1';
const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

export interface Response {
  readonly status: number;
  readonly body: string;
}

/** One keep-alive connection, one request at a time. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #port: number;
  #received = Buffer.alloc(0);
  #waiting: { resolve(response: Response): void; reject(reason: Error): void } | undefined;

  constructor(port: number) {
    this.#port = port;
    this.#socket = connect({ host: HOST, port });
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The connection ended')));
  }

  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Response> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${HOST}:${this.#port}\r\nContent-Type: application/json\r\n${lines.join('')}` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    const response = parseResponse(this.#received);
    if (!response) return;
    this.#received = Buffer.alloc(0);
    this.#waiting?.resolve(response);
    this.#waiting = undefined;
  }
}

/** A response that is whole, and the only one there; undefined while it is not whole. Chunks are left in the body. */
export function parseResponse(bytes: Buffer): Response | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const bodyStart = headEnd + HEAD_END.length;
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  const isWhole =
    length === undefined
      ? bytes.subarray(headEnd).subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
      : bytes.length >= bodyStart + Number(length);
  return isWhole ? { status: Number(head.split(' ')[1]), body: bytes.toString('utf8', bodyStart) } : undefined;
}
