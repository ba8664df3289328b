import { type ErrorBody, type OperationName, type OperationSpec, operations } from '@dream-studio/contracts';
import { io, type Socket } from 'socket.io-client';
import { PATIENCE_MS, type TestApp } from '../../apps/server/src/test/app.js';

/** What is needed of a server to call it. */
export type Callable = Pick<TestApp, 'url' | 'http' | 'mint'>;

export const TRANSPORTS = ['socket /', 'socket /chat', 'trpc', 'rest'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Any operation's answer over any transport, told alike. `status` is null where there is none: on a socket. */
export type Answer = Reply & { status: number | null; headers: Headers };
export type Reply = { ok: true; data: unknown } | { ok: false; error: ErrorBody };

export const names = Object.keys(operations) as OperationName[];
export const specOf = (name: OperationName): OperationSpec => operations[name];

/** The transports that an operation is mounted on. */
export const transportsOf = (name: OperationName): Transport[] =>
  TRANSPORTS.filter((transport) => (transport.startsWith('socket') ? specOf(name).socket : specOf(name).rest));

/** Someone who calls: over HTTP with the token, over the sockets that `online` opened. */
export interface Caller {
  readonly userId: number;
  readonly name: string;
  /** null calls without one. */
  readonly token: string | null;
  readonly sockets: Partial<Record<Transport, Socket>>;
}

let nextUserId = 5_000_000;

/** A user nobody has seen before, unless it is said who. Their sockets are to be closed by the test, or die with the server. */
export async function newCaller(
  app: Callable,
  on: readonly Transport[] = [],
  { userId = nextUserId++, ...options }: { isService?: boolean; userId?: number } = {},
): Promise<Caller> {
  const name = `Caller ${userId}`;
  const token = await app.mint(userId, name, undefined, options);
  const sockets: Caller['sockets'] = {};
  for (const transport of on) {
    if (transport.startsWith('socket')) {
      sockets[transport] = await connected(openSocket(app.url, transport.slice('socket '.length), { token, userId }));
    }
  }
  return { userId, name, token, sockets };
}

export const anonymous: Caller = { userId: 0, name: 'nobody', token: null, sockets: {} };

export const openSocket = (url: string, namespace: string, auth: object, options: object = {}): Socket =>
  io(url + namespace, { auth, transports: ['websocket'], forceNew: true, reconnection: false, ...options });

/** Resolves when the socket is let in; rejects with the server's refusal. */
export function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket)).once('connect_error', reject);
  });
}

/** What a handshake carries. */
export const credentials = ({ token, userId }: Caller) => ({ token, userId });

export const closeSockets = (...callers: Caller[]): void => {
  for (const { sockets } of callers) for (const socket of Object.values(sockets)) socket.disconnect();
};

/** Calls an operation by its name in the table. `raw` need not be valid. */
export function call(app: Callable, caller: Caller, transport: Transport, name: OperationName, raw: unknown) {
  if (transport === 'rest') return callRest(app, caller, name, raw);
  if (transport === 'trpc') return callTrpc(app, caller, name, raw);
  const socket = caller.sockets[transport];
  if (!socket) throw new Error(`${caller.name} is not connected by ${transport}`);
  return emit(socket, specOf(name).socket as string, raw);
}

/** Emits any event, known or not, and waits for the ack. */
export async function emit(socket: Socket, event: string, ...args: unknown[]): Promise<Answer> {
  const reply: Reply = await socket.timeout(PATIENCE_MS).emitWithAck(event, ...args);
  return { ...reply, status: null, headers: new Headers() };
}

export async function callTrpc(app: Callable, { token }: Caller, name: string, raw: unknown): Promise<Answer> {
  const { status, headers, body } = await requestTrpc(app, token, name, raw);
  return { ...fromTrpc(body), status, headers };
}

/** One procedure several times in one request. */
export async function callTrpcBatch(app: Callable, { token }: Caller, name: string, raws: unknown[]): Promise<Reply[]> {
  const { body } = await requestTrpc(app, token, name, { ...raws }, raws.length);
  return (body as unknown[]).map(fromTrpc);
}

function requestTrpc(app: Callable, token: string | null, name: string, raw: unknown, times?: number) {
  const isQuery = Object.hasOwn(operations, name) && specOf(name as OperationName).kind === 'query';
  const query = new URLSearchParams({
    ...(times !== undefined && { batch: '1' }),
    ...(isQuery && raw !== undefined && { input: JSON.stringify(raw) }),
  });
  const path = `/trpc/${Array(times ?? 1)
    .fill(name)
    .join(',')}${query.size > 0 ? `?${query}` : ''}`;
  return app.http(isQuery ? 'GET' : 'POST', path, { ...(token && { token }), ...(!isQuery && { body: raw }) });
}

function fromTrpc(body: unknown): Reply {
  const { result, error } = body as { result?: { data: unknown }; error?: { data: { error: ErrorBody } } };
  return result ? { ok: true, data: result.data } : { ok: false, error: error?.data.error as ErrorBody };
}

async function callRest(app: Callable, { token }: Caller, name: OperationName, raw: unknown): Promise<Answer> {
  const { method, path, body } = restRequest(name, raw);
  const request = { ...(token && { token }), ...(body !== undefined && { body }) };
  return toAnswer(await app.http(method, path, request));
}

export function toAnswer({ status, headers, body }: Awaited<ReturnType<TestApp['http']>>): Answer {
  const reply: Reply =
    status < 400 ? { ok: true, data: body } : { ok: false, error: (body as { error: ErrorBody }).error };
  return { ...reply, status, headers };
}

/** An input as the operation's route carries it. What is no object goes into the body as it is, with 1 for each id. */
export function restRequest(name: OperationName, raw: unknown) {
  const { method, path: template } = specOf(name).rest as NonNullable<OperationSpec['rest']>;
  const fields = new Map(Object.entries(typeof raw === 'object' && raw !== null ? raw : {}));
  const isObject = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
  const path = template.replaceAll(/\{(\w+)\}/g, (_, key) => {
    const value = fields.get(key) ?? 1;
    fields.delete(key);
    return encodeURIComponent(String(value));
  });
  if (method === 'POST' || method === 'PATCH') {
    return { method, path, body: isObject ? Object.fromEntries(fields) : raw === null ? 'null' : raw };
  }
  const query = new URLSearchParams([...fields].map(([key, value]) => [key, String(value)]));
  return { method, path: query.size > 0 ? `${path}?${query}` : path, body: undefined };
}
