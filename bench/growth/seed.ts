import { connectForMigrations, parsePostgresUrl } from '../../apps/server/src/infra/prisma/postgres.js';

/** How large things are: messages in a room, members of a room, rooms of a user. */
export interface Sizes {
  readonly messages: number;
  readonly members: number;
  readonly rooms: number;
}

/** A member who never reads, and a room of theirs with so many messages. */
export interface Place {
  readonly userId: number;
  readonly roomId: number;
  readonly messages: number;
}

export interface Seeded {
  readonly messages: { readonly small: Place; readonly large: Place };
  readonly members: { readonly small: Place; readonly large: Place };
  /** `page` has as many rooms as a page of the list. */
  readonly rooms: { readonly small: Place; readonly page: Place; readonly large: Place };
}

export const PAGE = 50;
/** Messages in the rooms that are not about their number. */
const SOME_MESSAGES = 20;
const MEMBERS_FROM = 100_000;
const ROOMS_FROM = 10_000;

/** Fills a database that the server has migrated. All of it is chat of three weeks, told by `generate_series`. */
export async function seed(url: string, small: Sizes, large: Sizes): Promise<Seeded> {
  const client = await connectForMigrations(parsePostgresUrl(url));
  const run = (sql: string) => client.query(sql);
  const addUsers = (from: number, count: number) =>
    run(
      `INSERT INTO users (id, name, known) SELECT n, 'User ' || n, true FROM generate_series(${from}, ${from + count - 1}) n`,
    );

  /** A room in which those from `others` on talk in turn. */
  const addRoom = async (place: Place, others: { from: number; count: number }): Promise<Place> => {
    const { roomId, userId, messages } = place;
    await run(`INSERT INTO rooms (id, name, created_by) VALUES (${roomId}, 'Room ${roomId}', ${userId})`);
    await run(`INSERT INTO members (room_id, user_id, role) SELECT ${roomId}, ${userId}, 'OWNER'::role UNION ALL
      SELECT ${roomId}, n, 'MEMBER' FROM generate_series(${others.from}, ${others.from + others.count - 1}) n`);
    await addMessages(`SELECT ${roomId} AS room_id, n AS seq, ${others.from} + n % ${others.count} AS sender_id,
      now() - interval '21 days' * (1 - n / ${messages}::float8) AS at FROM generate_series(1, ${messages}) n`);
    return place;
  };

  /** Without looking up what they refer to: it takes twenty times as long. */
  const addMessages = async (rows: string) => {
    await run(`SET session_replication_role = replica`);
    await run(`INSERT INTO messages (room_id, seq, sender_id, content, created_at, updated_at)
      SELECT room_id, seq, sender_id, 'Message ' || seq || ': ' || repeat('what there is to say ', 4), at, at FROM (${rows}) row`);
    await run(`SET session_replication_role = origin`);
  };

  /** Rooms of one user, with two others in each. What is said in them is told in turn, as it would be stored. */
  const addRooms = async (userId: number, from: number, count: number): Promise<Place> => {
    const rooms = `generate_series(${from}, ${from + count - 1}) room`;
    await run(`INSERT INTO rooms (id, name, created_by) SELECT room, 'Room ' || room, ${userId} FROM ${rooms}`);
    await run(`INSERT INTO members (room_id, user_id, role) SELECT room, ${userId}, 'OWNER'::role FROM ${rooms} UNION ALL
      SELECT room, ${MEMBERS_FROM} + (room + other) % ${small.members}, 'MEMBER' FROM ${rooms}, generate_series(0, 1) other`);
    await addMessages(`SELECT room AS room_id, n AS seq, ${MEMBERS_FROM} + room % ${small.members} AS sender_id,
      now() - interval '21 days' * (1 - (n + random()) / ${SOME_MESSAGES + 1}) AS at
      FROM generate_series(1, ${SOME_MESSAGES}) n, ${rooms}`);
    return { userId, roomId: from, messages: SOME_MESSAGES };
  };

  try {
    await addUsers(1, 100);
    await addUsers(MEMBERS_FROM, large.members);
    const few = { from: MEMBERS_FROM, count: small.members - 1 };
    const many = { from: MEMBERS_FROM, count: large.members - 1 };
    const seeded = {
      messages: {
        small: await addRoom({ userId: 1, roomId: 1, messages: small.messages }, few),
        large: await addRoom({ userId: 2, roomId: 2, messages: large.messages }, few),
      },
      members: {
        small: await addRoom({ userId: 3, roomId: 3, messages: small.messages }, few),
        large: await addRoom({ userId: 4, roomId: 4, messages: small.messages }, many),
      },
      rooms: {
        small: await addRooms(5, 5, small.rooms),
        page: await addRooms(6, 1_000, PAGE),
        large: await addRooms(7, ROOMS_FROM, large.rooms),
      },
    };
    await run(`UPDATE rooms SET seq = last.seq, activity_at = last.created_at FROM rooms r, LATERAL
      (SELECT seq, created_at FROM messages WHERE room_id = r.id ORDER BY seq DESC LIMIT 1) last WHERE r.id = rooms.id`);
    await run(`SELECT setval('rooms_id_seq', (SELECT max(id) FROM rooms))`);
    await run('VACUUM ANALYZE');
    await run('CHECKPOINT');
    return seeded;
  } finally {
    await client.end();
  }
}
