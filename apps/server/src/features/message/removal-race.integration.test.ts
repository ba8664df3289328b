import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { startTestApp } from '../../test/app.js';

test('a message that waits for the room while another server removes its sender is not stored; one of who stays is', async () => {
  await using app = await startTestApp({ database: 'postgres' });
  const [ann, bob] = [await app.client('Ann', { offline: true }), await app.client('Bob', { offline: true })];
  await bob.users.me({});
  const { id: roomId } = await ann.rooms.create({ name: 'Team', memberIds: [bob.userId] });
  await bob.messages.create({ roomId, content: 'before' });

  const other = new pg.Client({ connectionString: app.database.url });
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query('SELECT FROM rooms WHERE id = $1 FOR UPDATE', [roomId]);
    await other.query('DELETE FROM members WHERE room_id = $1 AND user_id = $2', [roomId, bob.userId]);
    const fromBob = expect(bob.messages.create({ roomId, content: 'too late' })).rejects.toMatchObject({
      code: 'NOT_A_MEMBER',
    });
    const fromAnn = ann.messages.create({ roomId, content: 'still here' });
    await vi.waitFor(async () => {
      const waiting = await app.database.prisma.$queryRaw<unknown[]>`
        SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`;
      expect(waiting.length).toBeGreaterThan(0);
    });
    await other.query('COMMIT');
    await fromBob;
    expect(await fromAnn).toMatchObject({ seq: 2, content: 'still here' });
  } finally {
    await other.end();
  }
});
