import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseKinds, openTestDatabase, type TestDatabase } from '../../test/database.js';
import { isUniqueViolation } from './errors.js';

// What repositories may rely on in raw queries, on both adapters alike.
describe.each(databaseKinds)('raw queries on %s', (kind) => {
  const big = BigInt(Number.MAX_SAFE_INTEGER);
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await database.prisma.user.create({ data: { id: big, name: 'Ann' } });
    await database.prisma.room.create({ data: { name: 'Room', createdBy: big } });
  });
  afterAll(() => database.close());

  it('give columns back as JavaScript values', async () => {
    const [row] = await database.prisma.$queryRaw<Record<string, unknown>[]>`
      SELECT created_by, count(*) AS count, sum(seq)::bigint AS sum, epoch * 0 AS int4, type, created_at, archived_at,
        ARRAY[1, 2]::bigint[] AS bigints, ARRAY['a', NULL] AS texts, array_agg(type)::text[] AS types,
        '{"a": [1, "x"]}'::jsonb AS json, '"text"'::jsonb AS json_text, '2024-05-06 07:08:09.123+02'::timestamptz AS time
      FROM rooms GROUP BY id`;
    expect(row).toEqual({
      created_by: big,
      count: 1n,
      sum: 0n,
      int4: 0,
      type: 'GROUP',
      created_at: expect.any(Date),
      archived_at: null,
      bigints: [1n, 2n],
      texts: ['a', null],
      types: ['GROUP'],
      json: { a: [1, 'x'] },
      json_text: 'text',
      time: new Date('2024-05-06T05:08:09.123Z'),
    });
  });

  it('take bigints, numbers, dates, enums, JSON and arrays of them', async () => {
    const time = new Date('2024-05-06T07:08:09.123Z');
    const texts = ['a"b', 'c,{}\\', 'NULL', ''];
    const [row] = await database.prisma.$queryRaw<Record<string, unknown>[]>`
      SELECT ${big}::bigint AS bigint, ${Number(big)}::bigint AS number, ${time}::timestamptz AS time,
        ${[big, 1n]}::bigint[] AS bigints, ${[1, 2]}::bigint[] AS numbers, ${[]}::bigint[] AS none,
        ${texts}::text[] AS texts, ${[time]}::timestamptz[] AS times, ${null}::bigint AS nothing,
        ${JSON.stringify({ a: ["'", 1] })}::jsonb AS json, ${'GROUP'}::room_type AS type`;
    expect(row).toEqual({
      bigint: big,
      number: big,
      time,
      bigints: [big, 1n],
      numbers: [1n, 2n],
      none: [],
      texts,
      times: [time],
      nothing: null,
      json: { a: ["'", 1] },
      type: 'GROUP',
    });
  });

  it('match sets, and unnest columns of a batch', async () => {
    const { prisma } = database;
    expect(await prisma.$queryRaw`SELECT id FROM users WHERE id = ANY(${[big, 1n]}::bigint[])`).toEqual([{ id: big }]);
    expect(await prisma.$queryRaw`SELECT name FROM users WHERE name = ANY(${['Ann', 'x']}::text[])`).toHaveLength(1);
    const batch = await prisma.$queryRaw`
      SELECT * FROM unnest(${[1n, 2n]}::bigint[], ${['a', 'b']}::text[], ${['TEXT', 'FILE']}::message_type[],
        ${[JSON.stringify({ n: 1 }), 'null']}::jsonb[]) WITH ORDINALITY AS t (id, text, type, json, n)`;
    expect(batch).toEqual([
      { id: 1n, text: 'a', type: 'TEXT', json: { n: 1 }, n: 1n },
      { id: 2n, text: 'b', type: 'FILE', json: null, n: 2n },
    ]);
  });

  it('that are prepared take the same values, each time, and give text, numbers, booleans and JSON back', async () => {
    const statement = {
      name: 'test-values',
      text: `SELECT n::int4 AS n, $2::bool AS yes, t AS text, to_json(given) AS json
        FROM unnest($1::bigint[], $3::text[]) AS given(n, t)`,
    };
    for (const text of ['a"b', 'c,{}\\', 'NULL', '']) {
      const rows = await database.query(statement, [[7, 8], true, [text, 'x']]);
      expect(rows).toEqual([
        { n: 7, yes: true, text, json: { n: 7, t: text } },
        { n: 8, yes: true, text: 'x', json: { n: 8, t: 'x' } },
      ]);
    }
    const failing = { name: 'test-failing', text: "INSERT INTO users (id, name) VALUES ($1::bigint, 'Again')" };
    for (const _ of [1, 2]) {
      const error = await database.query(failing, [Number(big)]).catch((reason) => reason);
      expect(isUniqueViolation(error)).toBe(true);
    }
    expect(await database.query({ name: 'test-one', text: 'SELECT 1::int4 AS one' }, [])).toEqual([{ one: 1 }]);
  });

  it('and model calls show a unique violation as one', async () => {
    const { prisma } = database;
    const errors = await Promise.all([
      prisma.user.create({ data: { id: big, name: 'Again' } }).catch((error) => error),
      prisma.$executeRaw`INSERT INTO users (id, name) VALUES (${big}, 'Again')`.catch((error) => error),
      prisma.$queryRaw`INSERT INTO users (id, name) VALUES (${big}, 'Again') RETURNING id`.catch((error) => error),
      prisma.$transaction((tx) => tx.user.create({ data: { id: big, name: 'Again' } })).catch((error) => error),
    ]);
    expect(errors.map(isUniqueViolation)).toEqual([true, true, true, true]);
    const other = await prisma.room.create({ data: { name: 'x', createdBy: 1n } }).catch((error) => error);
    expect(isUniqueViolation(other)).toBe(false);
  });

  it('number dev logins from 9000000000000 up', async () => {
    const login = await database.prisma.devLogin.create({ data: { nameKey: 'ann' } });
    expect(login.userId).toBe(9_000_000_000_000n);
  });
});
