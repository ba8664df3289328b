import pg from 'pg';
import { keyOf } from '../load/text.js';

/** The tables that messages are in: ours, and the seed's. */
export const TABLES = { ours: 'messages', seed: '"ChatMessages"' } as const;

/** Makes another database on the server. Returns its address. */
export async function createDatabase(url: string, name: string): Promise<string> {
  await query(url, `CREATE DATABASE ${name}`);
  const address = new URL(url);
  address.pathname = name;
  return address.href;
}

/** Makes these users members of a room of the seed. */
export async function addSeedMembers(url: string, roomId: number, userIds: readonly number[]): Promise<void> {
  await query(
    url,
    `INSERT INTO "ChatMembers" ("roomId", "userId", "createdAt", "updatedAt")
     SELECT $1, unnest($2::int[]), now(), now()`,
    [roomId, userIds],
  );
}

/** How often each text of this tag is in the database, by its `room.number`. */
export async function storedTexts(
  url: string,
  table: (typeof TABLES)[keyof typeof TABLES],
  tag: string,
): Promise<Map<string, number>> {
  const rows = await query(url, `SELECT content FROM ${table} WHERE content LIKE $1`, [`~%~${tag}~%`]);
  return countTexts(
    rows.map(({ content }) => content as string),
    tag,
  );
}

/** Where the server's log of changes (WAL) ends, in bytes since it was made. */
export async function walBytes(url: string): Promise<number> {
  const [row] = await query(url, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes");
  return row?.bytes as number;
}

/** What a stored message takes, its part of the indexes included. */
export async function bytesPerMessage(url: string): Promise<number> {
  const [row] = await query(
    url,
    "SELECT pg_total_relation_size('messages')::float8 / NULLIF(count(*), 0) AS bytes FROM messages",
  );
  return row?.bytes as number;
}

export function countTexts(texts: readonly string[], tag: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const key = keyOf(text, tag);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function query(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
