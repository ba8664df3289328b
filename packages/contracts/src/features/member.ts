import { z } from 'zod';
import { Cursor, PageLimit, RoomId, Seq, Timestamp, UserId, UserIds } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';
import { UserSchema } from './user.js';

export const Role = z.enum(['OWNER', 'ADMIN', 'MEMBER']);
export type Role = z.output<typeof Role>;

export const MemberSchema = z
  .object({ userId: UserId, roomId: RoomId, role: Role, joinedAt: Timestamp, user: UserSchema })
  .meta({ id: 'Member' });

export type Member = z.output<typeof MemberSchema>;

export const memberOperations = {
  'member.list': defineOperation({
    kind: 'query',
    summary: 'The members of a room, by user id.',
    input: z.object({ roomId: RoomId, cursor: Cursor.optional(), limit: PageLimit }),
    output: z.object({ items: z.array(MemberSchema), nextCursor: Cursor.nullable() }),
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    service: true,
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/rooms/{roomId}/members' },
  }),
  'member.add': defineOperation({
    kind: 'mutation',
    summary: 'Add people to a room, as its owner or admin. Ids nobody knows yet become placeholder users.',
    input: z.object({ roomId: RoomId, userIds: UserIds.min(1) }),
    output: z.object({ items: z.array(MemberSchema).describe('The members asked for, new or not') }),
    errors: ['NOT_A_MEMBER', 'FORBIDDEN', 'CONFLICT'],
    auth: { rule: 'room.admin', subject: 'roomId' },
    service: true,
    limit: 'member:change',
    emits: ['member:added'],
    rest: { method: 'POST', path: '/shared/chat/rooms/{roomId}/members' },
  }),
  'member.setRole': defineOperation({
    kind: 'mutation',
    summary: "Set a member's role, as the owner. Making someone else OWNER hands the room over and leaves you ADMIN.",
    input: z.object({ roomId: RoomId, userId: UserId, role: Role }),
    output: MemberSchema,
    errors: ['NOT_A_MEMBER', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    auth: { rule: 'room.owner', subject: 'roomId' },
    service: true,
    limit: 'member:change',
    emits: ['member:role'],
    rest: { method: 'PATCH', path: '/shared/chat/rooms/{roomId}/members/{userId}' },
  }),
  'member.remove': defineOperation({
    kind: 'mutation',
    summary:
      'Remove a member, as owner or admin (an admin not the owner), or yourself. An owner who leaves hands over to the longest-standing admin, else member; the last one to leave archives the room.',
    input: z.object({ roomId: RoomId, userId: UserId }),
    output: z.object({ roomId: RoomId, userId: UserId, seq: Seq }),
    errors: ['NOT_A_MEMBER', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    auth: { rule: 'room.member', subject: 'roomId' },
    service: true,
    limit: 'member:change',
    emits: ['member:removed', 'member:role', 'room:archived'],
    rest: { method: 'DELETE', path: '/shared/chat/rooms/{roomId}/members/{userId}' },
  }),
};

const memberChange = { roomId: RoomId, seq: Seq, userId: UserId, by: UserId };

export const memberEvents = {
  'member:added': defineEvent({
    summary: 'Someone became a member. Sent to the room and to that user. `seq` is 0 for the first members of a room.',
    payload: z.object({ ...memberChange, role: Role, joinedAt: Timestamp, user: UserSchema }),
    durable: true,
  }),
  'member:removed': defineEvent({
    summary: 'Someone is no longer a member. Sent to the room and to that user.',
    payload: z.object(memberChange),
    durable: true,
  }),
  'member:role': defineEvent({
    summary: "A member's role changed. Sent to the room and to that user.",
    payload: z.object({ ...memberChange, role: Role }),
    durable: true,
  }),
};
