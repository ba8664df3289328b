import type { Room } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
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

describe('closing', () => {
  /** A server with a room for each transport, all of them locked, and one call under way in each room asked for. */
  async function underWay(database: TestDatabase, wanted: readonly ('socket' | 'REST' | 'tRPC')[]) {
    const app = await composeOn(database);
    const { chat, token } = await app.client(1);
    const rooms = await Promise.all(wanted.map((name) => chat.rooms.create({ name })));
    const unlock = await lockRooms(database);
    const request = (method: string, path: string, body: object) =>
      fetch(app.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(async (response) => ({ status: response.status, body: await response.json() }));
    const post = (path: string, body: object) => request('POST', path, body);
    // Each waits by a statement of its own: messages would share one.
    const send = ({ id: roomId, name }: Room) => {
      if (name === 'socket') return chat.messages.create({ roomId, content: 'hi' });
      if (name === 'REST') return request('PATCH', `/shared/chat/rooms/${roomId}`, { name: 'new' });
      return post('/trpc/room.update', { roomId, name: 'new' });
    };
    const answers = rooms.map(send);
    await waiting(database, wanted.length);
    return { app, chat, rooms, post, unlock, answers: Promise.all(answers) };
  }
  const renamed = { seq: 1, name: 'new' };
  const answerOf = {
    socket: { seq: 1, content: 'hi' },
    REST: { status: 200, body: renamed },
    tRPC: { status: 200, body: { result: { data: renamed } } },
  };

  test.each([[['socket']], [['REST']], [['tRPC']], [['socket', 'REST', 'tRPC']]] as const)(
    'lets calls under way finish and answers them: %s',
    async (wanted) => {
      await using database = await openTestDatabase('postgres');
      const { app, chat, unlock, answers } = await underWay(database, wanted);
      const closing = app.close();
      await unlock();
      expect(await answers).toMatchObject(wanted.map((transport) => answerOf[transport]));
      chat.close();
      await closing;
      expect(await database.prisma.room.count({ where: { seq: 1 } })).toBe(wanted.length);
      await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
    },
  );

  test('refuses new calls as UNAVAILABLE meanwhile, and says that it is not ready', async () => {
    await using database = await openTestDatabase('postgres');
    const { app, chat, rooms, post, unlock, answers } = await underWay(database, ['REST']);
    const roomId = rooms[0]?.id ?? 0;
    const closing = app.close();
    await expect(chat.messages.create({ roomId, content: 'late' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The server is shutting down',
    });
    const error = { code: 'UNAVAILABLE', retryable: true };
    const late = await post(`/shared/chat/rooms/${roomId}/messages`, { content: 'late' });
    expect(late).toMatchObject({ status: 503, body: { error } });
    expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
    await unlock();
    await answers;
    chat.close();
    await closing;
    expect(await database.prisma.room.count({ where: { seq: 1 } })).toBe(1);
    expect(await database.prisma.message.count()).toBe(0);
  });
});
