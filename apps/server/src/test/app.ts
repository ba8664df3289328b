import { events } from '@dream-studio/contracts';
import { type ChatClient, createChatClient, type EventName, type Payload } from '@dream-studio/sdk';
import { pino } from 'pino';
import { type App, type ComposeOptions, compose } from '../compose.js';
import type { Env } from '../env.js';
import { createTokenMint } from '../infra/tokens.js';
import { clusterNodes, startCluster } from './cluster.js';
import { openTestDatabase, type TestDatabase, type TestDatabaseKind } from './database.js';
import { Inbox } from './inbox.js';

/** How long a test waits for something that must happen: long, since it costs nothing when it does. */
export const PATIENCE_MS = 20_000;

/** A beat tells things again: tests that count what is told do without one, however slow the machine is. */
const NO_BEAT_MS = 2 ** 31 - 1;

export const TEST_SECRET = 'a secret that only the tests know, of more than 32 bytes';
export const TEST_ROOM_LOG = { maxAgeMs: 30 * 24 * 60 * 60_000, maxEntries: 10_000 };
export const TEST_ORIGIN = 'http://localhost:3000';

export interface TestAppOptions {
  /** A kind, for one of its own; or one that is there already and stays. */
  database?: TestDatabaseKind | TestDatabase;
  /** Over the defaults: not production, limits far away. */
  env?: Partial<Env>;
  compose?: ComposeOptions;
}

export interface TestClientOptions {
  userId?: number;
  /** A token in place of one made for the user. */
  token?: string;
  namespace?: '/' | '/chat';
  transports?: ('websocket' | 'polling')[];
  /** Do not connect the socket. */
  offline?: boolean;
}

/** A user of the real server through the real SDK. */
export interface TestClient extends ChatClient {
  readonly userId: number;
  readonly name: string;
  readonly token: string;
  /** All events received so far, and waiting for those to come. */
  readonly inbox: Inbox;
  /** The next event of this name, that was not taken before and that fits. Fails with what did arrive. */
  next<E extends EventName>(event: E, fits?: (payload: Payload<E>) => boolean): Promise<Payload<E>>;
}

export interface TestApp extends AsyncDisposable {
  readonly url: string;
  readonly database: TestDatabase;
  /** Log lines written so far, parsed. */
  readonly logs: Record<string, unknown>[];
  mint(userId: number, name: string, expiresIn?: string, options?: { isService?: boolean }): Promise<string>;
  /** A connected client of a new user, or of the one given. Closed with the app. */
  client(name: string, options?: TestClientOptions): Promise<TestClient>;
  /** A plain HTTP request; JSON in and out. */
  http(method: string, path: string, request?: TestRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface TestRequest {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

let nextUserId = 1_000;

/**
 * The real server on a free port, with a database of its own: in this process, or, in the vitest project `cluster`, as
 * several processes behind HAProxy, on PostgreSQL whatever was asked for.
 */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { database: given = 'pglite' } = options;
  const database = typeof given === 'string' ? await openTestDatabase(clusterNodes > 0 ? 'postgres' : given) : given;
  const env: Env = {
    production: false,
    port: 0,
    origins: [TEST_ORIGIN],
    dataDir: 'unused',
    auth: { secret: TEST_SECRET },
    rateLimitFactor: 10_000,
    trustedProxies: [],
    roomLog: TEST_ROOM_LOG,
    logLevel: 'debug',
    ...options.env,
  };
  const logs: Record<string, unknown>[] = [];
  const start = clusterNodes > 0 ? startNodes : startHere;
  const app = await start(env, database, logs, { beatMs: NO_BEAT_MS, ...options.compose });
  const { url } = app;
  const mint = createTokenMint({ secret: TEST_SECRET, ...env.auth });
  const clients: ChatClient[] = [];

  const close = async () => {
    for (const client of clients) client.close();
    await app.close();
    if (database !== given) await database.close();
  };

  return {
    url,
    database,
    logs,
    mint,
    async client(name, { userId = nextUserId++, offline, ...rest } = {}) {
      const token = rest.token ?? (await mint(userId, name));
      const chat = createChatClient({ url, transports: ['websocket'], ...rest, token });
      clients.push(chat);
      const inbox = new Inbox(PATIENCE_MS);
      for (const event of Object.keys(events) as EventName[]) {
        chat.on(event, ((payload: unknown) => inbox.put(event, payload)) as never);
      }
      chat.on('error', (message, body) => inbox.put('error', { message, body }));
      if (!offline) await chat.connect();
      const own = { userId, name, token, inbox, next: inbox.next.bind(inbox) };
      return Object.defineProperties(chat, Object.getOwnPropertyDescriptors(own)) as TestClient;
    },
    http: (method, path, request) => httpRequest(url + path, method, request),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Target {
  url: string;
  close(): Promise<void>;
}

async function startHere(env: Env, database: TestDatabase, logs: object[], options: ComposeOptions): Promise<Target> {
  const log = pino({ level: env.logLevel }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const app: App = compose(env, database, log, options);
  return { url: `http://127.0.0.1:${await app.listen(0)}`, close: app.close };
}

function startNodes(env: Env, database: TestDatabase, logs: object[], options: ComposeOptions): Promise<Target> {
  return startCluster({ databaseUrl: database.url ?? '', env, compose: options, onLog: (line) => logs.push(line) });
}

/** A plain HTTP request; JSON in and out. */
export async function httpRequest(
  url: string,
  method: string,
  { token, body, headers: more }: TestRequest = {},
): Promise<HttpAnswer> {
  const headers = new Headers({ ...more, ...(token && { authorization: `Bearer ${token}` }) });
  if (body !== undefined) headers.set('content-type', 'application/json');
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
}
