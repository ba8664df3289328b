import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { type ErrorBody, type EventName, events } from '@dream-studio/contracts';
import type { Socket } from 'socket.io-client';
import { PATIENCE_MS } from '../../apps/server/src/test/app.js';
import { Inbox } from '../../apps/server/src/test/inbox.js';
import { type Callable, type Caller, connected, emit, openSocket } from '../parity/callers.js';

/** What is used here of the WebSocket client that socket.io-client brings along. */
export interface RawSocket {
  send(data: string | Buffer, options?: { fin: boolean }): void;
  close(): void;
  terminate(): void;
  on(event: 'open' | 'close' | 'error' | 'message' | 'unexpected-response', listener: (...args: never[]) => void): this;
  once: RawSocket['on'];
  readonly readyState: number;
}
type WebSocketClass = new (url: string, options?: { headers?: Record<string, string> }) => RawSocket;

const fromClient = createRequire(createRequire(import.meta.url).resolve('socket.io-client'));
const WebSocketClient = createRequire(fromClient.resolve('engine.io-client'))('ws') as WebSocketClass;

/** A bare WebSocket to the server's Engine.IO; its errors are no test's failure. */
export const rawSocket = (url: string, headers: Record<string, string> = {}): RawSocket =>
  new WebSocketClient(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers }).on(
    'error',
    () => {},
  );

/** Resolves when it is open and Engine.IO has greeted. */
export async function openRaw(url: string): Promise<RawSocket> {
  const socket = rawSocket(url);
  await nextText(socket, (text) => text.startsWith('0'));
  return socket;
}

export const closed = (socket: RawSocket): Promise<unknown> =>
  socket.readyState === 3 ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));

/** The next packet that fits; rejects when the socket closes before. */
export function nextText(socket: RawSocket, fits: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer) => fits(String(data)) && resolve(String(data)));
    socket.once('close', () => reject(new Error('closed before')));
  });
}

/** The packet that enters a namespace. */
export const connectPacket = ({ token, userId }: Pick<Caller, 'token' | 'userId'>, namespace = '/'): string =>
  `40${namespace === '/' ? '' : `${namespace},`}${JSON.stringify({ token, userId })}`;

/** A live socket with all that it received. */
export interface Ears {
  readonly socket: Socket;
  readonly inbox: Inbox;
}

export async function listen(url: string, auth: object, namespace = '/', options: object = {}): Promise<Ears> {
  const socket = openSocket(url, namespace, auth, options);
  const inbox = new Inbox(PATIENCE_MS);
  for (const event of Object.keys(events)) socket.on(event, (payload) => inbox.put(event as EventName, payload));
  await connected(socket);
  return { socket, inbox };
}

/** What was heard beyond one's own coming: a greeting that names nobody else, and one's own `user:online`. */
export const ofOthers = ({ inbox }: Pick<Ears, 'inbox'>, ownId: number): { event: string; payload: unknown }[] =>
  inbox.received.filter(({ event, payload }) => {
    const { userId, onlineUserIds } = payload as { userId?: number; onlineUserIds?: number[] };
    if (event === 'server:hello') return onlineUserIds?.length !== 1 || onlineUserIds[0] !== ownId;
    return event !== 'user:online' || userId !== ownId;
  });

/** The server's refusal of a handshake. */
export async function refusal(url: string, auth: object, namespace = '/'): Promise<Error & { data: ErrorBody }> {
  const socket = openSocket(url, namespace, auth);
  const outcome = await connected(socket).then(
    () => new Error('was let in'),
    (error) => error,
  );
  socket.disconnect();
  return outcome;
}

/** Events before this one's answer have arrived: the order on a connection is kept. */
export const settled = (socket: Socket): Promise<unknown> => emit(socket, 'no:such');

/** Sends bytes as they are on a connection of their own, and resolves with all that came back. */
export async function rawHttp(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setTimeout(PATIENCE_MS, () => socket.destroy());
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  // Not ended: a server may take a half-closed connection for an aborted request.
  socket.write(Buffer.from(bytes, 'latin1'));
  await once(socket, 'close');
  return answer;
}

/** A room of an owner and others, made by its API. */
export async function roomOf(app: Callable, owner: Caller, ...others: Caller[]): Promise<number> {
  const body = { name: 'Room', memberIds: others.map(({ userId }) => userId) };
  const answer = await app.http('POST', '/shared/chat/rooms', { token: owner.token ?? '', body });
  return (answer.body as { id: number }).id;
}
