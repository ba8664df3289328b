import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned token; `n` tells tokens of one user apart. */
export const fakeToken = (userId: number, { expiresInMs = 60_000, n = 0 } = {}) =>
  `${encode({ alg: 'none' })}.${encode({ sub: String(userId), name: 'Ännchen', exp: (Date.now() + expiresInMs) / 1000, n })}.`;

export interface SeenRequest {
  method: string;
  url: string;
  authorization: string | null;
  body: unknown;
}

/** A `fetch` that answers from a function and keeps what it was asked. */
export const fakeFetch = (answer: (request: SeenRequest) => Response | Promise<Response>) => {
  const seen: SeenRequest[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const entry = {
      method: request.method,
      url: request.url,
      authorization: request.headers.get('authorization'),
      body: text === '' ? undefined : JSON.parse(text),
    };
    seen.push(entry);
    return answer(entry);
  };
  return { fetch, seen };
};

/** A real Socket.IO server, on a free port if none is given, closed with its scope. */
export const startSocketServer = async (port = 0) => {
  const http = createServer();
  const io = new Server(http);
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return {
    io,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await io.close();
    },
  };
};

/** The refusal of a handshake, as the server gives it. */
export const refusal = (code: string, message = 'Invalid token') =>
  Object.assign(new Error(message), { data: { code, message, retryable: false } });
