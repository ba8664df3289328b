import { expect, test } from 'vitest';
import { composeOn } from '../test/composed-app.js';
import { openTestDatabase, type TestDatabase } from '../test/database.js';

/** Locks all rooms, so that writes to them stay under way; resolves, once they are locked, with what lets go. */
function lockRooms({ prisma }: TestDatabase): Promise<() => Promise<void>> {
  return new Promise((locked) => {
    const transaction = prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM rooms FOR UPDATE`;
      await new Promise<void>((release) => {
        locked(async () => {
          release();
          await transaction;
        });
      });
    });
  });
}

/** Resolves when as many statements wait for a lock. */
async function waiting({ prisma }: TestDatabase, count: number): Promise<void> {
  for (let found = 0; found < count; ) {
    const [row] = await prisma.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    found = row?.waiting ?? 0;
  }
}

test('closing lets the calls under way finish and answers them, on every transport; new ones are UNAVAILABLE', async () => {
  await using database = await openTestDatabase('postgres');
  const app = await composeOn(database);
  const { chat, token } = await app.client(1);
  const rooms = await Promise.all(['a', 'b', 'c'].map((name) => chat.rooms.create({ name })));
  const [a = 0, b = 0, c = 0] = rooms.map(({ id }) => id);
  const post = (path: string, body: object) =>
    fetch(app.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const messages = (roomId: number) => `/shared/chat/rooms/${roomId}/messages`;

  const unlock = await lockRooms(database);
  const overSocket = chat.messages.create({ roomId: a, content: 'socket' });
  const overRest = post(messages(b), { content: 'REST' });
  const overTrpc = post('/trpc/message.create', { roomId: c, content: 'tRPC' });
  await waiting(database, 3);

  const closing = app.close();
  const late = await post(messages(a), { content: 'late' });
  expect(late.status).toBe(503);
  expect(await late.json()).toMatchObject({ error: { code: 'UNAVAILABLE', retryable: true } });
  await expect(chat.messages.create({ roomId: a, content: 'late' }, { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
  await unlock();

  expect(await overSocket).toMatchObject({ seq: 1, content: 'socket' });
  const rest = await overRest;
  expect(rest.status).toBe(201);
  expect(await rest.json()).toMatchObject({ seq: 1, content: 'REST' });
  expect(await (await overTrpc).json()).toMatchObject({ result: { data: { seq: 1, content: 'tRPC' } } });
  chat.close();
  await closing;
  expect(await database.prisma.message.count()).toBe(3);
  await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
});
