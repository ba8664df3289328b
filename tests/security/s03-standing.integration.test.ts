import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE_MS, TEST_SECRET } from '../../apps/server/src/test/app.js';
import { composeOn } from '../../apps/server/src/test/composed-app.js';
import { openTestDatabase, type TestDatabase } from '../../apps/server/src/test/database.js';
import { listen, refusal } from './support.js';

const WITHIN_MS = 5_000;
const NAMESPACES = ['/', '/chat'] as const;
const SERVICE = 8_000_000;

let database: TestDatabase;
let here: Awaited<ReturnType<typeof composeOn>>;
/** Another server on the same database, which nothing but the database tells anything. */
let there: typeof here;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
  here = await composeOn(database);
  there = await composeOn(database);
});
afterAll(async () => {
  await here?.close();
  await there?.close();
  await database?.close();
});

let lastUserId = SERVICE;
const newUserId = () => ++lastUserId;

const seconds = (time: number | string) => Math.floor(new Date(time).getTime() / 1000);

/** A token issued a minute ago, unless `iat` says when; null leaves it out. */
function mint(userId: number, { role, iat = seconds(Date.now()) - 60 }: { role?: string; iat?: number | null } = {}) {
  const now = seconds(Date.now());
  const token = new SignJWT({ name: `User ${userId}`, ...(role && { role }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(userId))
    .setExpirationTime(now + 600);
  if (iat !== null) token.setIssuedAt(iat);
  return token.sign(new TextEncoder().encode(TEST_SECRET));
}

async function http(url: string, token: string, method = 'GET', path = '/users/me', body?: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(`${url}/shared/chat${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What the backend asks of the first server. */
async function asService(method: string, path: string, body?: object) {
  const answer = await http(here.url, await mint(SERVICE, { role: 'service' }), method, `/users/${path}`, body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** A live socket, and when and with what it was cut. */
async function live(url: string, token: string, userId: number, namespace: string, options: object = {}) {
  const { socket } = await listen(url, { token, userId }, namespace, options);
  let told: unknown;
  socket.on('error', (_message, body) => {
    told = body;
  });
  const cut = new Promise<{ at: number; told: unknown }>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('was not cut')), PATIENCE_MS);
    const wasCut = () => {
      clearTimeout(timer);
      resolve({ at: performance.now(), told });
    };
    // It may have been cut in the turn in which it was let in.
    if (socket.disconnected) wasCut();
    else socket.once('disconnect', wasCut);
  });
  cut.catch(() => {});
  return { socket, cut };
}

/** Something to wait for. */
class Gate {
  open = () => {};
  readonly isOpen = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** A statement that does not get to the database before it is released. */
class HeldStatement {
  readonly #reached = new Gate();
  readonly #released = new Gate();
  readonly reached = this.#reached.isOpen;
  readonly release = this.#released.open;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  on(query: TestDatabase['query']): TestDatabase['query'] {
    return async (statement, values) => {
      if (statement.name === this.#name) {
        this.#reached.open();
        await this.#released.isOpen;
      }
      return query(statement, values);
    };
  }
}

describe.each(['on the same server', 'on another one'])('S3: %s', (where) => {
  const isSame = where === 'on the same server';
  const url = () => (isSame ? here : there).url;
  const limit = isSame ? 1_000 : WITHIN_MS;

  test.each(NAMESPACES)('who is banned is told and cut on %s, and kept out until unbanned', async (namespace) => {
    const userId = newUserId();
    const token = await mint(userId);
    const { cut } = await live(url(), token, userId, namespace);
    expect((await http(url(), token)).status).toBe(200);

    await asService('POST', `${userId}/ban`, { reason: 'spam' });
    const bannedAt = performance.now();
    const { at, told } = await cut;
    expect(at - bannedAt).toBeLessThan(limit);
    const body = { code: 'FORBIDDEN', message: 'You are banned: spam' };
    expect(told).toMatchObject(body);
    // Neither coming back nor another token skips the checks.
    for (const each of [token, await mint(userId, { iat: seconds(Date.now()) })]) {
      expect(await refusal(url(), { token: each, userId }, namespace)).toMatchObject({ data: body });
      expect(await http(url(), each)).toMatchObject({ status: 403, body: { error: body } });
      const trpc = await fetch(`${url()}/trpc/user.me?input={}`, { headers: { authorization: `Bearer ${each}` } });
      expect(trpc.status).toBe(403);
    }

    await asService('DELETE', `${userId}/ban`);
    const unbannedAt = performance.now();
    while ((await http(url(), token)).status !== 200) expect(performance.now() - unbannedAt).toBeLessThan(limit);
    expect((await refusal(url(), { token, userId }, namespace)).message).toBe('was let in');
  });

  test.each(NAMESPACES)(
    'revoked tokens are refused on %s, and their sockets cut; later ones are not',
    async (namespace) => {
      const userId = newUserId();
      const [old, timeless] = [await mint(userId), await mint(userId, { iat: null })];
      const sockets = [await live(url(), old, userId, namespace), await live(url(), timeless, userId, namespace)];
      expect((await http(url(), old)).status).toBe(200);

      const { revokedAt } = await asService('POST', `${userId}/revoke`);
      const answeredAt = performance.now();
      for (const { cut } of sockets) {
        const { at, told } = await cut;
        expect(at - answeredAt).toBeLessThan(limit);
        expect(told).toMatchObject({ code: 'UNAUTHENTICATED', message: 'Invalid token' });
      }
      const second = seconds(revokedAt as string);
      const [same, later] = [await mint(userId, { iat: second }), await mint(userId, { iat: second + 1 })];
      const { socket, cut } = await live(url(), later, userId, namespace);
      for (const token of [old, timeless, same]) {
        expect(await refusal(url(), { token, userId }, namespace)).toMatchObject({ data: { code: 'UNAUTHENTICATED' } });
        expect((await http(url(), token)).status).toBe(401);
        // Nor can a socket be kept with one.
        expect(await socket.timeout(PATIENCE_MS).emitWithAck('auth:refresh', { token })).toMatchObject({
          ok: false,
          error: { code: 'UNAUTHENTICATED' },
        });
      }
      expect((await http(url(), later)).status).toBe(200);
      expect(await Promise.race([cut, socket.timeout(PATIENCE_MS).emitWithAck('no:such')])).toMatchObject({
        ok: false,
      });
      socket.disconnect();
    },
  );

  test('a ban with an end is over then, without a word', async () => {
    const userId = newUserId();
    const token = await mint(userId);
    const { cut } = await live(url(), token, userId, '/');
    const until = new Date(Date.now() + WITHIN_MS + 1_000);
    await asService('POST', `${userId}/ban`, { until: until.toISOString() });
    expect((await cut).told).toMatchObject({ message: `You are banned until ${until.toISOString()}` });
    expect((await http(url(), token)).status).toBe(403);
    while ((await http(url(), token)).status !== 200) {
      expect(Date.now()).toBeLessThan(until.getTime() + 1_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(Date.now()).toBeGreaterThan(until.getTime() - 1_000);
  });
});

test('S3: a socket whose handshake meets the ban on its way is cut as it comes in', async () => {
  const userId = newUserId();
  const token = await mint(userId);
  const [rooms, look] = [new HeldStatement('rooms-of-users'), new HeldStatement('standing-changes')];
  const server = await composeOn({ ...database, query: rooms.on(look.on(database.query)) });
  await http(server.url, token);
  const coming = live(server.url, token, userId, '/');
  // The token has been found good, the socket is not yet where a ban would find it; and nobody looks for bans later.
  await rooms.reached;
  const service = await mint(SERVICE, { role: 'service' });
  expect((await http(server.url, service, 'POST', `/users/${userId}/ban`, {})).status).toBe(200);
  rooms.release();
  await (await coming).cut;
  look.release();
  await server.close();
});

test.each([['polling'], ['websocket']])('S3: over %s who is banned is told before being cut', async (transport) => {
  const userId = newUserId();
  const { cut } = await live(here.url, await mint(userId), userId, '/', { transports: [transport] });
  await asService('POST', `${userId}/ban`, { reason: 'spam' });
  expect((await cut).told).toMatchObject({ code: 'FORBIDDEN', message: 'You are banned: spam' });
});

test('S3: whoever nobody knows yet can be banned; unbanned, they are who their token says', async () => {
  const userId = newUserId();
  await asService('POST', `${userId}/ban`);
  const token = await mint(userId);
  expect((await http(here.url, token)).status).toBe(403);
  expect(await database.prisma.user.findUnique({ where: { id: userId } })).toMatchObject({ known: false });
  await asService('DELETE', `${userId}/ban`);
  expect(await http(here.url, token)).toMatchObject({ status: 200, body: { name: `User ${userId}` } });
});
