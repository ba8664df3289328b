import { z } from 'zod';
import { Empty, line, PageLimit, Timestamp, UserId } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';
import { BOUNDS } from '../limits.js';

const PictureUrl = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[\x21-\x7e]+$/, 'must be an http or https URL');

export const UserSchema = z
  .object({ id: UserId, name: z.string(), picture: z.string().nullable() })
  .meta({ id: 'User' });

export type User = z.output<typeof UserSchema>;

export const userOperations = {
  'user.me': defineOperation({
    kind: 'query',
    summary: 'The calling user, as the token describes them.',
    input: z.object({}),
    output: UserSchema,
    errors: [],
    auth: { rule: 'user' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/users/me' },
  }),
  'user.search': defineOperation({
    kind: 'query',
    summary: 'Find people by name: those who share a room with the caller; everyone outside production.',
    input: z.object({ q: line(80), limit: PageLimit }),
    output: z.object({ items: z.array(UserSchema) }),
    errors: [],
    auth: { rule: 'user' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/users' },
  }),
  'user.upsert': defineOperation({
    kind: 'mutation',
    summary:
      'Create a user, or rename them, before they come themselves. The next token of theirs that the server has not met says their name anew. A picture that is left out stays.',
    input: z.object({
      userId: UserId,
      name: line(BOUNDS.roomNameMaxLength),
      picture: PictureUrl.nullable().optional(),
    }),
    output: UserSchema,
    errors: ['FORBIDDEN'],
    auth: { rule: 'service' },
    service: true,
    limit: 'service',
    emits: [],
    rest: { method: 'POST', path: '/shared/chat/users' },
  }),
  'user.ban': defineOperation({
    kind: 'mutation',
    summary:
      'Keep a user out: every call and every connection of theirs is refused with `FORBIDDEN`, and their sockets are cut, until `until`, or for good. They stay a member of their rooms. Again, it replaces the ban.',
    input: z.object({
      userId: UserId,
      reason: line(BOUNDS.banReasonMaxLength).optional().describe('Told to the user'),
      until: Timestamp.optional().describe('When the ban ends by itself'),
    }),
    output: z.object({ userId: UserId, until: Timestamp.nullable() }),
    errors: ['FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'service' },
    service: true,
    limit: 'service',
    emits: [],
    rest: { method: 'POST', path: '/shared/chat/users/{userId}/ban' },
  }),
  'user.unban': defineOperation({
    kind: 'mutation',
    summary: 'Let a user in again. One who is not banned is not an error.',
    input: z.object({ userId: UserId }),
    output: Empty,
    errors: ['FORBIDDEN'],
    auth: { rule: 'service' },
    service: true,
    limit: 'service',
    emits: [],
    rest: { method: 'DELETE', path: '/shared/chat/users/{userId}/ban' },
  }),
  'user.revoke': defineOperation({
    kind: 'mutation',
    summary:
      'Refuse every token of a user that was issued before now, and cut the sockets opened with one. `iat` has whole seconds: a token issued within the same second is refused as well, and so is one without `iat`. A token issued in a later second is taken.',
    input: z.object({ userId: UserId }),
    output: z.object({ userId: UserId, revokedAt: Timestamp }),
    errors: ['FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'service' },
    service: true,
    limit: 'service',
    emits: [],
    rest: { method: 'POST', path: '/shared/chat/users/{userId}/revoke' },
  }),
  'auth.refresh': defineOperation({
    kind: 'mutation',
    summary: 'Extend the life of this socket with a newer token of the same user.',
    input: z.object({ token: z.string().min(1).max(8192) }),
    output: z.object({ expiresAt: Timestamp }),
    errors: [],
    auth: { rule: 'user' },
    limit: 'auth:refresh',
    emits: [],
    socket: 'auth:refresh',
  }),
  'dev.login': defineOperation({
    kind: 'mutation',
    summary: 'Sign in by name, without a password: for trying and testing, never in production.',
    input: z.object({ name: line(80) }),
    output: z.object({ token: z.string(), userId: UserId, name: z.string() }),
    errors: [],
    auth: { rule: 'anyone' },
    limit: 'dev:login',
    emits: [],
    rest: { method: 'POST', path: '/dev/login' },
    developmentOnly: true,
  }),
};

export const userEvents = {
  'server:hello': defineEvent({
    summary: 'The first event of each connection: what it starts from.',
    payload: z.object({
      limitFactor: z.number().positive().describe('What this server multiplies the points of every limit by'),
      onlineUserIds: z
        .array(UserId)
        .describe('Who is online of those whose user:online and user:offline events this user gets, at most 1000'),
    }),
    durable: false,
  }),
  'user:online': defineEvent({
    summary: "A user's first socket connected. Sent to users who share a room with them.",
    payload: z.object({ userId: UserId, socketId: z.string(), timestamp: Timestamp }),
    durable: false,
  }),
  'user:offline': defineEvent({
    summary: "A user's last socket has been gone for the grace period. Sent to users who share a room with them.",
    payload: z.object({ userId: UserId, timestamp: Timestamp, lastSeenAt: Timestamp }),
    durable: false,
  }),
  'auth:expired': defineEvent({
    summary: 'The token of this socket has expired: refresh it within 60 s or the socket is cut.',
    payload: z.object({}),
    durable: false,
  }),
};
