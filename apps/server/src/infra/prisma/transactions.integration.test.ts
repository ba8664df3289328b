import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, openTestDatabase, type TestDatabase } from '../../test/database.js';
import { isUnavailable } from './errors.js';

describe.each(databaseKinds)('transactions on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    await database.prisma.$executeRaw`DELETE FROM rooms`;
    await database.prisma.$executeRaw`DELETE FROM users`;
    await database.prisma.user.create({ data: { id: 1n, name: 'Ann' } });
  });
  afterAll(() => database.close());
  const count = () => database.prisma.room.count();
  const room = { name: 'Room', createdBy: 1n };

  it('keep all or nothing', async () => {
    const { prisma } = database;
    await prisma.$transaction(async (tx) => {
      await tx.room.create({ data: room });
      await tx.$executeRaw`INSERT INTO rooms (name, created_by) VALUES ('Second', 1)`;
    });
    expect(await count()).toBe(2);
    const failure = prisma.$transaction(async (tx) => {
      await tx.room.create({ data: room });
      throw new Error('changed my mind');
    });
    await expect(failure).rejects.toThrow('changed my mind');
    await expect(
      prisma.$transaction([prisma.room.create({ data: room }), prisma.$executeRaw`SELECT 1/0`]),
    ).rejects.toThrow();
    expect(await count()).toBe(2);
  });

  it('are not seen from outside before they commit, nor mixed with what runs outside', async () => {
    const { prisma } = database;
    let outside: Promise<number> | undefined;
    const failure = prisma.$transaction(async (tx) => {
      await tx.room.create({ data: room });
      outside = count().then((n) => n);
      const insideToo = prisma.user.create({ data: { id: 2n, name: 'Not rolled back' } }).then(() => {});
      outside = Promise.all([outside, insideToo]).then(([n]) => n);
      // PostgreSQL answers now; PGlite, one connection, when this transaction is over.
      if (kind === 'postgres') await outside;
      throw new Error('roll back');
    });
    await expect(failure).rejects.toThrow('roll back');
    expect(await outside).toBe(0);
    expect(await prisma.user.count()).toBe(2);
  });

  it('run at the same time without losing an update', async () => {
    const { prisma } = database;
    const { id } = await prisma.room.create({ data: room });
    const bump = () =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ seq: bigint }[]>`SELECT seq FROM rooms WHERE id = ${id} FOR UPDATE`;
        await tx.room.update({ where: { id }, data: { seq: (row?.seq ?? 0n) + 1n } });
      });
    await Promise.all(Array.from({ length: 20 }, bump));
    expect((await prisma.room.findUniqueOrThrow({ where: { id } })).seq).toBe(20n);
  });

  it('report a commit that fails', async () => {
    const { prisma } = database;
    await prisma.$executeRaw`ALTER TABLE rooms ALTER CONSTRAINT rooms_created_by_fkey DEFERRABLE INITIALLY DEFERRED`;
    const failure = prisma.$transaction(async (tx) => tx.room.create({ data: { ...room, createdBy: 404n } }));
    await expect(failure).rejects.toThrow(/foreign ?key/i);
    expect(await count()).toBe(0);
  });

  it('cannot commit after a statement in them failed', async () => {
    const { prisma } = database;
    const outcome = prisma.$transaction(async (tx) => {
      await tx.room.create({ data: room });
      await tx.$queryRaw`SELECT 1/0`.catch(() => {});
      await tx.$queryRaw`SELECT 1`;
    });
    await expect(outcome).rejects.toThrow('current transaction is aborted');
    expect(await count()).toBe(0);
  });

  it('have the isolation level that was asked for', async () => {
    const level = await database.prisma.$transaction(
      (tx) => tx.$queryRaw`SELECT current_setting('transaction_isolation') AS level`,
      { isolationLevel: 'Serializable' },
    );
    expect(level).toEqual([{ level: 'serializable' }]);
  });

  it('that never end are rolled back, and the database goes on', async () => {
    const { prisma } = database;
    const error = await prisma
      .$transaction(
        async (tx) => {
          await tx.room.create({ data: room });
          // On PGlite this waits for the transaction that waits for it.
          if (kind === 'pglite') await prisma.user.count();
          else await tx.$queryRaw`SELECT pg_sleep(0.4)::text`;
          await tx.user.count();
        },
        { timeout: 200 },
      )
      .catch((error) => error);
    expect(error).toMatchObject({ code: 'P2028' });
    expect(isUnavailable(error)).toBe(true);
    expect(await count()).toBe(0);
  });

  it('that wait too long for their turn give up, and what they had waited for is not left open', async () => {
    const { prisma } = database;
    const holders = kind === 'pglite' ? 1 : 10;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = Array.from({ length: holders }, () =>
      prisma.$transaction(async (tx) => {
        await tx.user.count();
        await gate;
      }),
    );
    const late = await prisma.$transaction((tx) => tx.user.count(), { maxWait: 100 }).catch((error) => error);
    expect(isUnavailable(late)).toBe(true);
    release();
    await Promise.all(running);
    expect(await prisma.$transaction((tx) => tx.user.count())).toBe(1);
  });
});
