import { connect, type Socket } from 'node:net';

/** A chunk of a connection's input: valid only until the handler returns. */
export type OnText = (bytes: Buffer, start: number, end: number) => void;

const TEXT = 0x81;
const CLOSE = 0x88;
const PING = 0x89;
const PONG = 0x8a;
const NONE = Buffer.alloc(0);

/** Reads the frames of a server: whole ones, not masked, without extensions. Nothing is copied but what is cut off. */
export class FrameReader {
  #rest: Buffer = NONE;

  readonly #onText: OnText;
  readonly #onPing: () => void;

  constructor(onText: OnText, onPing: () => void = () => {}) {
    this.#onText = onText;
    this.#onPing = onPing;
  }

  /** Throws on a frame that no server sends to a client that has offered no extension, and on a close. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      if (left < 2) break;
      let size = bytes[at + 1] as number;
      let head = 2;
      if (size === 126) {
        if (left < 4) break;
        size = bytes.readUInt16BE(at + 2);
        head = 4;
      } else if (size >= 127) {
        if (size > 127) throw new Error('A masked frame from the server');
        if (left < 10) break;
        size = Number(bytes.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (left < head + size) break;
      const type = bytes[at] as number;
      if (type === TEXT) this.#onText(bytes, at + head, at + head + size);
      else if (type === PING) this.#onPing();
      else if (type === CLOSE) throw new Error('Closed by the server');
      else if (type !== PONG) throw new Error(`A frame of an unexpected kind: 0x${type.toString(16)}`);
      at += head + size;
    }
    this.#rest = at === bytes.length ? NONE : Buffer.from(bytes.subarray(at));
  }
}

/** A client's frame. The mask is zero: allowed, and costs nothing. */
export function clientFrame(text: string, type = TEXT): Buffer {
  const size = Buffer.byteLength(text);
  if (size > 0xffff) throw new Error('Too long for a frame of this client');
  const head = size < 126 ? 2 : 4;
  const frame = Buffer.alloc(head + 4 + size);
  frame[0] = type;
  if (size < 126) frame[1] = 0x80 | size;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(size, 2);
  }
  frame.write(text, head + 4);
  return frame;
}

/** All connections read into it, one after the other. */
const input = Buffer.allocUnsafe(256 * 1024);

export interface WebSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  onText: OnText;
  /** Once, when the connection is no more, but for `close`. */
  onEnd(reason: Error): void;
}

/** As little of a WebSocket client as will do. */
export class RawWebSocket {
  readonly #socket: Socket;
  #closed = false;
  #response: Buffer | undefined = NONE;

  constructor({ host, port, path, onText, onEnd }: WebSocketOptions) {
    const reader = new FrameReader(onText, () => this.#socket.write(clientFrame('', PONG)));
    const end = (reason: Error) => {
      if (this.#closed) return;
      this.close();
      onEnd(reason);
    };
    const read = (bytes: Buffer) => {
      try {
        reader.push(this.#response ? this.#afterHead(bytes) : bytes);
      } catch (error) {
        end(error as Error);
      }
    };
    const callback = (size: number, buffer: Uint8Array) => {
      read(Buffer.from(buffer.buffer, buffer.byteOffset, size));
      return true;
    };
    this.#socket = connect({ host, port, onread: { buffer: input, callback } });
    this.#socket.setNoDelay(true);
    this.#socket.on('error', end);
    this.#socket.on('close', () => end(new Error('The connection ended')));
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
  }

  send(text: string): void {
    this.#socket.write(clientFrame(text));
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  /** What follows the response to the upgrade: frames. */
  #afterHead(bytes: Buffer): Buffer {
    const response = Buffer.concat([this.#response ?? NONE, bytes]);
    const end = response.indexOf('\r\n\r\n');
    this.#response = end < 0 ? response : undefined;
    if (end < 0) return NONE;
    const status = response.toString('latin1', 0, response.indexOf('\r\n'));
    if (!status.includes(' 101 ')) throw new Error(`No WebSocket: ${status}`);
    return response.subarray(end + 4);
  }
}
