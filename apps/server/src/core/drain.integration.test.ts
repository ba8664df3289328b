import { createChatClient } from '@dream-studio/sdk';
import { expect, test } from 'vitest';
import { compose } from '../compose.js';
import type { Env } from '../env.js';
import { createTokenMint } from '../infra/tokens.js';
import { TEST_ORIGIN, TEST_SECRET } from '../test/app.js';
import { openTestDatabase } from '../test/database.js';

const env: Env = {
  production: false,
  port: 0,
  origins: [TEST_ORIGIN],
  dataDir: 'unused',
  auth: { secret: TEST_SECRET },
  rateLimitFactor: 100,
  trustedProxies: [],
  logLevel: 'silent',
};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const mint = createTokenMint({ secret: TEST_SECRET });

/** Resolves when as many statements wait for a lock. */
async function waiting(database: Awaited<ReturnType<typeof openTestDatabase>>, count: number): Promise<void> {
  const [row] = await database.prisma.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  if ((row?.n ?? 0) < count) await waiting(database, count);
}

test('closing lets the calls under way finish and answers them, over socket and HTTP; new ones are UNAVAILABLE', async () => {
  await using database = await openTestDatabase('postgres');
  const app = compose(env, database, quiet);
  const url = `http://127.0.0.1:${await app.listen(0)}`;
  const token = await mint(1, 'Ann');
  const ann = createChatClient({ url, transports: ['websocket'], token });
  await ann.connect();
  const rooms = await Promise.all(['a', 'b'].map((name) => ann.rooms.create({ name })));
  const [a = 0, b = 0] = rooms.map(({ id }) => id);
  const post = (roomId: number) =>
    fetch(`${url}/shared/chat/rooms/${roomId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'over HTTP' }),
    });

  // Holds both rooms, so that the calls are still under way when the server is told to close.
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isHeld = () => {};
  const untilHeld = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const held = database.prisma.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT id FROM rooms FOR UPDATE`;
      isHeld();
      await released;
    },
    { timeout: 60_000 },
  );
  await untilHeld;
  const overSocket = ann.messages.create({ roomId: a, content: 'over the socket' });
  const overHttp = post(b);
  await waiting(database, 2);

  const closing = app.close();
  const late = await post(a);
  expect(late.status).toBe(503);
  expect(await late.json()).toMatchObject({ error: { code: 'UNAVAILABLE', retryable: true } });
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  release();
  await held;

  expect(await overSocket).toMatchObject({ seq: 1, content: 'over the socket' });
  const answered = await overHttp;
  expect(answered.status).toBe(201);
  expect(await answered.json()).toMatchObject({ seq: 1, content: 'over HTTP' });
  ann.close();
  await closing;
  expect(await database.prisma.message.count()).toBe(2);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
