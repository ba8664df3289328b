import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../../apps/server/src/infra/prisma/database.js';
import { TEST_SECRET } from '../../apps/server/src/test/app.js';
import { whenReady } from '../../apps/server/src/test/two-nodes.js';
import { type Node, type Nodes, startNodes } from '../deploy/lib/nodes.js';
import {
  type Callable,
  type Caller,
  call,
  closeSockets,
  connected,
  names,
  newCaller,
  openSocket,
  specOf,
  type Transport,
  transportsOf,
} from '../parity/callers.js';
import { sampleOf } from '../parity/samples.js';
import { newWorld } from '../parity/world.js';
import { dumpRedis, type Held, listenToRedis } from './redis-ear.js';
import { refusal } from './support.js';

const CUT_MS = 5_000;
/** What every request and every handshake of this test brings along, besides the token. */
const CANARIES = ['cookie', 'header', 'agent', 'query', 'auth'].map((name) => `canary-${name}-3f9c1a`);
const [COOKIE, HEADER, AGENT, QUERY, AUTH] = CANARIES;
/** The clients', as the proxy in front says. */
const ADDRESS = '203.0.113.77';
const HEADERS = {
  cookie: `session=${COOKIE}`,
  'x-secret': `${HEADER}`,
  'user-agent': `${AGENT}`,
  'x-forwarded-for': ADDRESS,
};
const WRONG_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.wrong-3f9c1a';

let system: Nodes;
let database: Database;
/** The servers, as clients with canaries meet them. */
let ends: [Callable, Callable];
const tokens: string[] = [TEST_SECRET, WRONG_TOKEN];
/** What was done; all that Redis was told by it, what it holds in the end, and what the database does. */
let done: string[];
let heard: string;
let held: Held[];
let stored: string;

beforeAll(async () => {
  system = await startNodes({ TRUSTED_PROXIES: '127.0.0.1' });
  database = await openDatabase({ databaseUrl: system.databaseUrl, dataDir: '' });
  ends = system.nodes.map(withCanaries) as [Callable, Callable];
  using ear = await listenToRedis(system.redis);
  await Promise.all(system.nodes.map((node) => whenReady(node, 'ready')));
  // They are there until the end, and so is what is kept about them.
  const [ann, bob] = [await newCaller(ends[0]), await newCaller(ends[1])];
  await newWorld({ ...ends[0], database }, { owner: ann, author: bob });
  const there = [await open(ends[0], '/chat', ann, 'polling'), await open(ends[1], '/', bob)];
  done = await callEverything(bob);
  for (const path of ['ban', 'revoke'] as const) await cutOff(path);
  [heard, held, stored] = [await ear.heard(), await dumpRedis(system.redis), await dumpDatabase(database)];
  for (const socket of there) socket.disconnect();
}, 120_000);
afterAll(async () => {
  await database?.close();
  await system?.close();
});

const withCanaries = ({ url, http, mint }: Node): Callable => ({
  url,
  http: (method, path, request) => http(method, path, { ...request, headers: { ...HEADERS, ...request?.headers } }),
  async mint(...of) {
    const token = await mint(...of);
    tokens.push(token);
    return token;
  },
});

async function open({ url }: Callable, namespace: string, { token, userId }: Caller, transport = 'websocket') {
  const options = { extraHeaders: HEADERS, query: { secret: QUERY }, transports: [transport] };
  return connected(openSocket(url, namespace, { token, userId, secret: AUTH }, options));
}

async function online(end: Callable, caller: Caller, transports: readonly Transport[]): Promise<Caller> {
  const sockets: Partial<Record<Transport, Socket>> = {};
  for (const name of transports) {
    if (name.startsWith('socket')) sockets[name] = await open(end, name.slice('socket '.length), caller);
  }
  return { ...caller, sockets };
}

/** Each operation over each transport, of either node, about a room that `member` is in; tells which went well. */
async function callEverything(member: Caller): Promise<string[]> {
  const done = new Set<string>();
  for (const [index, name] of names.entries()) {
    const end = ends[index % 2] as Callable;
    const known = await newCaller(end, [], { isService: specOf(name).auth.rule === 'service' });
    const world = await newWorld({ ...end, database }, { owner: known, author: known, member });
    const caller = await online(end, known, transportsOf(name));
    for (const transport of transportsOf(name)) {
      const answer = await call(end, caller, transport, name, await sampleOf(name, world, caller));
      if (answer.ok) done.add(name);
      if (name === 'dev.login' && answer.ok) tokens.push((answer.data as { token: string }).token);
    }
    const last = transportsOf(name).at(-1) as Transport;
    await call(end, { ...caller, token: WRONG_TOKEN }, last, name, { token: WRONG_TOKEN });
    closeSockets(caller);
  }
  for (const { url } of ends) await refusal(url, { token: WRONG_TOKEN, userId: 1, secret: AUTH });
  return [...done];
}

/** A service at one node ends the access of a user at the other. */
async function cutOff(path: 'ban' | 'revoke'): Promise<void> {
  const [here, there] = ends;
  const service = await newCaller(here, [], { isService: true });
  const user = await newCaller(there);
  const socket = await open(there, '/', user);
  const asked = { token: service.token ?? '', body: {} };
  expect(await here.http('POST', `/shared/chat/users/${user.userId}/${path}`, asked)).toMatchObject({ status: 200 });
  await vi.waitUntil(() => socket.disconnected, { timeout: CUT_MS });
  const { data } = await refusal(there.url, { token: user.token, userId: user.userId });
  expect(data.code).toBe(path === 'ban' ? 'FORBIDDEN' : 'UNAUTHENTICATED');
}

/** All rows of all tables. */
async function dumpDatabase({ prisma }: Database): Promise<string> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`;
  const rows = await Promise.all(
    tables.map(({ name }) => prisma.$queryRawUnsafe<{ text: string }[]>(`SELECT t::text AS text FROM "${name}" t`)),
  );
  return rows
    .flat()
    .map(({ text }) => text)
    .join('\n');
}

/** What of a handshake or a request is in the text. */
function found(text: string): string[] {
  const parts = tokens.flatMap((token) => [token, ...token.split('.').slice(1)]);
  const secrets = [...CANARIES, ...parts].filter((secret) => text.includes(secret));
  const words = text.match(/eyJ[\w-]{8,}\.[\w-]+|authorization|bearer|cookie|user-agent|x-forwarded|handshake/gi);
  return [...new Set([...secrets, ...(words ?? [])])];
}

test('S20: what crosses nodes is heard', () => {
  expect(done).toEqual(names);
  const events = ['message:new', 'user:typing', 'user:stop_typing', 'call:initiated', 'member:added', 'isOnline'];
  const keys = ['limit:message:send:', 'sockets:', 'presence:', 'nodes'].map((key) => `"dream-studio:${key}`);
  expect([...events, ...keys, '"publish" "dream-studio:all"'].filter((each) => !heard.includes(each))).toEqual([]);
  const kinds = held.map(({ key }) => key.split(':')[1]);
  expect(kinds).toEqual(expect.arrayContaining(['limit', 'sockets', 'presence', 'nodes']));
  expect(stored).toContain('Hello ');
});

test('S20: no token, cookie, header or handshake is in it, nor kept in Redis or the database', () => {
  expect(found(heard)).toEqual([]);
  expect(found(JSON.stringify(held))).toEqual([]);
  expect(found(stored)).toEqual([]);
});

test('S20: an address is where callers without a token are counted, for a minute, and nowhere else', () => {
  const ofAddresses = /limit:dev:login:203\.0\.113\.77/;
  const without = (text: string) => text.replaceAll(new RegExp(ofAddresses, 'g'), '');
  expect([ofAddresses.test(heard), without(heard).includes(ADDRESS)]).toEqual([true, false]);
  expect(stored).not.toContain(ADDRESS);
  const counts = held.filter(({ key, value }) => JSON.stringify([key, value]).includes(ADDRESS));
  expect(counts.map(({ key }) => key)).toEqual([expect.stringMatching(ofAddresses)]);
  for (const { seconds } of counts) expect(seconds).toBeGreaterThanOrEqual(0);
  for (const { seconds } of counts) expect(seconds).toBeLessThanOrEqual(60);
});
