/** What a caller's use is counted against: the user, or the network address where there is no user yet. */
export type LimitKey = 'user' | 'address';

interface LimitSpec {
  points: number;
  windowMs: number;
  key: LimitKey;
}

const MINUTE_MS = 60_000;
const perMinute = (points: number, key: LimitKey = 'user') => ({ points, windowMs: MINUTE_MS, key });

/** Calls allowed per window, over all sockets, transports and nodes. Operations name a row; numbers live only here. */
export const LIMITS = {
  'message:send': perMinute(10),
  'message:change': perMinute(30),
  'user:typing': perMinute(30),
  'user:stop_typing': perMinute(30),
  'room:join': perMinute(60),
  'room:leave': perMinute(60),
  'room:create': perMinute(20),
  'room:change': perMinute(30),
  'member:change': perMinute(60),
  call: perMinute(10),
  read: perMinute(300),
  sync: perMinute(60),
  'auth:refresh': perMinute(20),
  service: perMinute(6000),
  'dev:login': perMinute(20, 'address'),
} as const satisfies Record<string, LimitSpec>;

export type LimitName = keyof typeof LIMITS;

/** Sizes and counts that hold whatever the rate. */
export const BOUNDS = {
  /** One HTTP body or one Socket.IO frame. */
  bodyMaxBytes: 64 * 1024,
  trpcBatchMax: 10,
  socketsPerUserMax: 20,
  roomsPerSocketMax: 128,
  contentMaxLength: 4000,
  roomNameMaxLength: 80,
  banReasonMaxLength: 200,
  /** Ids in one `memberIds` or `userIds`. */
  userIdsMax: 100,
  pageMax: 100,
  pageDefault: 50,
  /** More users online in a room than this, and nobody is told of each one's coming and going. */
  presenceListMax: 100,
  /** What is unread of a room is counted up to this. */
  unreadMax: 1000,
  /** Rooms in one `room.sync`. */
  syncRoomsMax: 100,
  /** Entries of one room in the answer of one `room.sync`. */
  syncEventsMax: 500,
  /** Ids in the `onlineUserIds` of `server:hello`. */
  helloOnlineMax: 1000,
} as const;

/** Times of the protocol, in milliseconds. */
export const TIMES = {
  /** A typing indication ends by itself after this. */
  typingMs: 6_000,
  /** A dropped connection may return within this without anyone being told. */
  presenceGraceMs: 5_000,
  /** `room:presence` comes at most this often. */
  roomPresenceMs: 2_000,
  /** `room:activity` comes at most this often for one room. */
  roomActivityMs: 1_000,
  /** `room:seq` comes this often, and what a socket should have been told and was not comes before it. */
  beatMs: 10_000,
  /** A participant without a connection is out of the call after this. */
  callGraceMs: 4_000,
  /** An unanswered call is MISSED after this. */
  ringMs: 45_000,
  /** Tolerance for clocks, and the time a socket outlives its token. */
  tokenLeewayMs: 60_000,
  pingIntervalMs: 15_000,
  pingTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
} as const;
