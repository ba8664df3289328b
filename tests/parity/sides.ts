import { type ErrorBody, events, type OperationName } from '@dream-studio/contracts';
import { createTestServer } from '@dream-studio/sdk/testing';
import { startTestApp } from '../../apps/server/src/test/app.js';
import { type ChatSocket, type OpenSocket, openSocket } from '../../packages/sdk/src/socket.js';
import { restRequest, specOf } from './callers.js';

/** One of two servers that should behave alike, reached by the two things a client is given. */
export interface Side extends AsyncDisposable {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly fetch: typeof fetch;
  /** A token of a user. */
  token(userId: number, name: string): Promise<string>;
}

const PATIENCE_MS = 20_000;

export async function realSide(limitFactor: number): Promise<Side> {
  const app = await startTestApp({ env: { rateLimitFactor: limitFactor } });
  return { url: app.url, openSocket, fetch, token: app.mint, [Symbol.asyncDispose]: app.close };
}

export async function doubleSide(limitFactor: number): Promise<Side> {
  const server = createTestServer({ limitFactor });
  const { url, openSocket, fetch } = server.connectAs({ id: 1, name: 'Nobody' });
  return {
    url,
    openSocket,
    fetch,
    token: async (id, name) => server.connectAs({ id, name }).getToken(),
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

export type Wire = 'socket' | 'rest';
export type Answer = { status: number | null } & ({ ok: true; data: unknown } | { ok: false; error: ErrorBody });

/** The wires that an operation is mounted on. */
export const wiresOf = (name: OperationName): Wire[] =>
  (['socket', 'rest'] as const).filter((wire) => specOf(name)[wire] !== undefined);

/** A user on one side, with a socket unless `offline`. */
export interface Participant {
  readonly userId: number;
  readonly name: string;
  readonly token: string;
  readonly socket: ChatSocket;
  /** All events so far, in order. */
  readonly heard: [event: string, payload: unknown][];
  /** Calls an operation; `raw` need not be valid. By its socket where it has one, unless a wire is given. */
  call(name: OperationName, raw: unknown, wire?: Wire): Promise<Answer>;
  /** Resolves when all events sent before have been heard: answers come after them. */
  caughtUp(): Promise<void>;
  /** Resolves with the payload of an event once it was heard so many times. */
  hears(event: string, times?: number): Promise<unknown>;
}

/** The handshake's outcome: null, or the refusal. */
export const connect = (socket: ChatSocket, auth: unknown): Promise<{ message: string; data: unknown } | null> =>
  new Promise((resolve) => {
    socket.auth = auth;
    socket.on('connect', () => resolve(null));
    socket.on('connect_error', ({ message, data }: Error & { data?: unknown }) => resolve({ message, data }));
    socket.connect();
  });

export const newSocket = (side: Side): ChatSocket =>
  side.openSocket(side.url, { namespace: '/', transports: ['websocket'], timeoutMs: PATIENCE_MS });

export async function join(side: Side, userId: number, name: string, { offline = false } = {}): Promise<Participant> {
  const token = await side.token(userId, name);
  const socket = newSocket(side);
  const heard: Participant['heard'] = [];
  const watchers = new Set<() => void>();
  for (const event of Object.keys(events)) {
    socket.on(event, (payload: unknown) => {
      heard.push([event, payload]);
      for (const watcher of [...watchers]) watcher();
    });
  }
  if (!offline) {
    const refusal = await connect(socket, { token, userId });
    if (refusal) throw new Error(refusal.message);
  }

  const emit = async (event: string, raw: unknown): Promise<Answer> => {
    const reply = await socket.timeout(PATIENCE_MS).emitWithAck(event, raw);
    return { status: null, ...(reply as { ok: true; data: unknown }) };
  };

  return {
    userId,
    name,
    token,
    socket,
    heard,
    call: (callName, raw, wire = wiresOf(callName)[0]) =>
      wire === 'rest' ? callRest(side, token, callName, raw) : emit(specOf(callName).socket as string, raw),
    caughtUp: async () => void (await emit('no:such', {})),
    hears: (event, times = 1) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${event}; heard ${JSON.stringify(heard)}`)), PATIENCE_MS);
        const check = () => {
          const found = heard.filter(([each]) => each === event)[times - 1];
          if (!found) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolve(found[1]);
        };
        watchers.add(check);
        check();
      }),
  };
}

/** A REST call; without a token for null. */
export async function callRest(side: Side, token: string | null, name: OperationName, raw: unknown): Promise<Answer> {
  const { method, path, body } = restRequest(name, raw);
  const headers = new Headers({ ...(token && { authorization: `Bearer ${token}` }) });
  if (body !== undefined) headers.set('content-type', 'application/json');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await side.fetch(side.url + path, { method, headers, ...(body !== undefined && { body: text }) });
  const json: unknown = await response.json();
  return response.ok
    ? { status: response.status, ok: true, data: json }
    : { status: response.status, ok: false, error: (json as { error: ErrorBody }).error };
}
