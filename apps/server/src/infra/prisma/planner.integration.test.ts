import { expect, it } from 'vitest';
import { databaseKinds, openTestDatabase } from '../../test/database.js';
import { UNREAD_WINDOW, unreadCount } from './rows.js';

interface Plan {
  'Actual Rows': number;
  Plans?: Plan[];
}

const mostRows = (plan: Plan): number => Math.max(plan['Actual Rows'], ...(plan.Plans ?? []).map(mostRows));

it.each(databaseKinds)(
  'a room that has grown since statistics were taken is read no further than it has to be (%s)',
  async (kind) => {
    await using database = await openTestDatabase(kind);
    const { prisma } = database;
    const sayUpTo = (from: number, to: number) => prisma.$executeRaw`
    INSERT INTO messages (room_id, seq, sender_id, content)
    SELECT r.id, n, 1, '' FROM rooms r, generate_series(${from}::int, ${to}::int) n WHERE ${from}::int = 1 OR name = 'Busy'`;
    await prisma.user.createMany({ data: [1, 2].map((id) => ({ id, name: `User ${id}` })) });
    await prisma.$executeRaw`
    INSERT INTO rooms (name, created_by) SELECT CASE n WHEN 1 THEN 'Busy' ELSE 'Quiet' END, 1 FROM generate_series(1, 100) n`;
    await prisma.$executeRaw`INSERT INTO members (room_id, user_id) SELECT id, 2 FROM rooms`;
    await sayUpTo(1, 5);
    // PGlite never does it by itself; here it is what PostgreSQL believes from then on.
    if (kind === 'postgres') await prisma.$executeRawUnsafe('ANALYZE');
    await sayUpTo(6, 2 * UNREAD_WINDOW);
    const [row] = await prisma.$queryRaw<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>`
    EXPLAIN (ANALYZE, FORMAT JSON) SELECT ${unreadCount} FROM members me JOIN rooms r ON r.id = room_id WHERE name = 'Busy'`;
    const [{ Plan: plan } = { Plan: { 'Actual Rows': 0 } }] = row?.['QUERY PLAN'] ?? [];
    expect(mostRows(plan)).toBeGreaterThanOrEqual(UNREAD_WINDOW / 2);
    expect(mostRows(plan)).toBeLessThanOrEqual(UNREAD_WINDOW);
  },
);
