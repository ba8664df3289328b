import { z } from 'zod';
import { Cursor, Empty, Epoch, line, PageLimit, RoomId, RoomKey, Seq, Timestamp, UserId, UserIds } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';
import { BOUNDS } from '../limits.js';
import { CallSchema } from './call.js';
import { Role } from './member.js';
import { MessageSchema } from './message.js';
import { presenceFields } from './presence.js';
import { UserSchema } from './user.js';

const RoomName = line(BOUNDS.roomNameMaxLength);

export const unread = z
  .int()
  .nonnegative()
  .max(BOUNDS.unreadMax)
  .describe(
    `Messages of others after the caller's read pointer, among the newest ${2 * BOUNDS.unreadMax} of the room; ${BOUNDS.unreadMax} stands for that many or more; 0 for a service that is no member`,
  );
export const readSeq = Seq.describe(
  "The caller's read pointer: everything up to it has been seen. `seq` for a service that is no member",
);

export const RoomSchema = z
  .object({
    id: RoomId,
    name: z
      .string()
      .describe("Of a direct room: the other person's name; both user ids (`5:7`) for a service that is no member"),
    type: z.enum(['GROUP', 'DIRECT']),
    createdBy: UserId,
    createdAt: Timestamp,
    archivedAt: Timestamp.nullable().describe('An archived room can be read, not written'),
    seq: Seq,
    epoch: Epoch,
    memberCount: z.int().nonnegative(),
    myRole: Role.describe('OWNER for a service that is no member: what it may do'),
    lastMessage: MessageSchema.nullable(),
    unread,
    readSeq,
    peer: UserSchema.nullable().describe('Of a direct room: the other person; null for a service that is no member'),
  })
  .meta({ id: 'Room' });

export type Room = z.output<typeof RoomSchema>;

export const roomOperations = {
  'room.create': defineOperation({
    kind: 'mutation',
    summary: 'Create a room and become its owner. Ids nobody knows yet become placeholder users.',
    input: z.object({
      name: RoomName,
      memberIds: UserIds.default([]),
      ownerId: UserId.optional().describe(
        'For service tokens alone: the owner in place of the caller, who is no member then',
      ),
    }),
    output: RoomSchema,
    errors: ['FORBIDDEN'],
    auth: { rule: 'user' },
    service: true,
    limit: 'room:create',
    emits: ['member:added'],
    rest: { method: 'POST', path: '/shared/chat/rooms', status: 201 },
  }),
  'room.direct': defineOperation({
    kind: 'mutation',
    summary: 'Find or create the one direct room with another user.',
    input: z.object({ userId: UserId }),
    output: RoomSchema,
    errors: [],
    auth: { rule: 'user' },
    limit: 'room:create',
    emits: ['member:added'],
    rest: { method: 'POST', path: '/shared/chat/direct' },
  }),
  'room.list': defineOperation({
    kind: 'query',
    summary: "The caller's rooms, last activity first.",
    input: z.object({ cursor: Cursor.optional(), limit: PageLimit }),
    output: z.object({ items: z.array(RoomSchema), nextCursor: Cursor.nullable() }),
    errors: [],
    auth: { rule: 'user' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/rooms' },
  }),
  'room.get': defineOperation({
    kind: 'query',
    summary: 'One room of the caller.',
    input: z.object({ roomId: RoomId }),
    output: RoomSchema,
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    service: true,
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/rooms/{roomId}' },
  }),
  'room.update': defineOperation({
    kind: 'mutation',
    summary: 'Rename a room, as its owner or admin.',
    input: z.object({ roomId: RoomId, name: RoomName }),
    output: RoomSchema,
    errors: ['NOT_A_MEMBER', 'FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'room.admin', subject: 'roomId' },
    service: true,
    limit: 'room:change',
    emits: ['room:updated'],
    rest: { method: 'PATCH', path: '/shared/chat/rooms/{roomId}' },
  }),
  'room.archive': defineOperation({
    kind: 'mutation',
    summary: 'Archive a room, as its owner: it can be read, not written. Twice is not an error.',
    input: z.object({ roomId: RoomId }),
    output: RoomSchema,
    errors: ['NOT_A_MEMBER', 'FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'room.owner', subject: 'roomId' },
    service: true,
    limit: 'room:change',
    emits: ['room:archived'],
    rest: { method: 'DELETE', path: '/shared/chat/rooms/{roomId}' },
  }),
  'room.markRead': defineOperation({
    kind: 'mutation',
    summary: 'Move the read pointer forward: everything up to `seq` has been seen. It never moves back.',
    input: z.object({ roomId: RoomId, seq: Seq }),
    output: z.object({ seq: Seq, unread }),
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'read',
    emits: ['room:read'],
    socket: 'room:read',
    rest: { method: 'POST', path: '/shared/chat/rooms/{roomId}/read' },
  }),
  'room.enter': defineOperation({
    kind: 'mutation',
    summary: 'Show a room on this socket: its events follow. Leaves the rooms shown before, unless `keepPrevious`.',
    input: z.object({ roomId: RoomId, keepPrevious: z.boolean().default(false) }),
    output: z.object({
      room: RoomSchema,
      seq: Seq,
      epoch: Epoch,
      ...presenceFields,
      typingUserIds: z.array(UserId),
      activeCall: CallSchema.nullable(),
    }),
    errors: ['NOT_A_MEMBER', 'CONFLICT'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'room:join',
    emits: ['member:joined', 'member:left'],
    socket: 'join_room',
  }),
  'room.exit': defineOperation({
    kind: 'mutation',
    summary: 'Stop showing a room on this socket. Membership stays.',
    input: z.object({ roomId: RoomId }),
    output: Empty,
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'room:leave',
    emits: ['member:left'],
    socket: 'leave_room',
  }),
};

const view = z.object({ userId: UserId, roomId: RoomId, timestamp: Timestamp });

export const roomEvents = {
  'member:joined': defineEvent({
    summary: "A user's first socket entered the room (a view, not a membership).",
    payload: view,
    durable: false,
  }),
  'member:left': defineEvent({
    summary: "A user's last socket left the room (a view, not a membership).",
    payload: view,
    durable: false,
  }),
  'room:updated': defineEvent({
    summary: 'The room was renamed. Sent to all members of the room, in it or not.',
    payload: z.object({ roomId: RoomId, seq: Seq, name: z.string(), by: UserId }),
    durable: true,
  }),
  'room:archived': defineEvent({
    summary: 'The room was archived: it can be read, not written. Sent to all members of the room, in it or not.',
    payload: z.object({ roomId: RoomId, seq: Seq, by: UserId, archivedAt: Timestamp }),
    durable: true,
  }),
  'room:read': defineEvent({
    summary: "A member's read pointer moved forward to `seq`.",
    payload: z.object({ roomId: RoomId, userId: UserId, seq: Seq }),
    durable: false,
  }),
  'room:seq': defineEvent({
    summary:
      'The last `seq` of each room this socket has entered, by room id, every 10 s: one who has applied less has missed something, and asks for it with `room.sync`.',
    payload: z.record(RoomKey, Seq),
    durable: false,
  }),
  'room:activity': defineEvent({
    summary:
      "What a room's line in the list shows has changed. Sent to members' sockets that have not entered the room, at most once a second and room.",
    payload: z.object({ roomId: RoomId, seq: Seq, lastMessage: MessageSchema.nullable(), unread, readSeq }),
    durable: false,
  }),
};
