import { z } from 'zod';
import { line, PageLimit, Timestamp, UserId } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';

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
  'server:draining': defineEvent({
    summary: 'This server is about to end, and another one takes over: connect anew.',
    payload: z.object({
      reconnectAfterMs: z
        .int()
        .nonnegative()
        .describe('When to, in milliseconds from now: each socket is told another time. Until then calls are answered'),
    }),
    durable: false,
  }),
  'auth:expired': defineEvent({
    summary: 'The token of this socket has expired: refresh it within 60 s or the socket is cut.',
    payload: z.object({}),
    durable: false,
  }),
};
