import { z } from 'zod';
import { CallId, Cursor, PageLimit, RoomId, Seq, Timestamp, UserId } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';

export const CallType = z.enum(['AUDIO', 'VIDEO']);
/** `ABANDONED`: everyone who took part is gone. */
export const CallEndReason = z.enum(['HANGUP', 'MISSED', 'ABANDONED']);

export const CallSchema = z
  .object({
    callId: CallId,
    roomId: RoomId,
    callType: CallType,
    status: z.enum(['RINGING', 'ONGOING', 'ENDED', 'MISSED']),
    initiatedBy: UserId,
    createdAt: Timestamp,
    answeredAt: Timestamp.nullable(),
    endedAt: Timestamp.nullable(),
    endedBy: UserId.nullable(),
    participants: z.array(z.object({ userId: UserId, joinedAt: Timestamp, leftAt: Timestamp.nullable() })),
  })
  .meta({ id: 'Call' });

export type Call = z.output<typeof CallSchema>;

const CallRef = z.object({ callId: CallId, roomId: RoomId.optional() });

export const callOperations = {
  'call.start': defineOperation({
    kind: 'mutation',
    summary: 'Ring all members of a room. Unanswered for 45 s, the call is MISSED.',
    input: z.object({ roomId: RoomId, callType: CallType }),
    output: CallSchema,
    errors: ['NOT_A_MEMBER', 'CONFLICT'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'call',
    emits: ['call:initiated'],
    socket: 'call:initiated',
    rest: { method: 'POST', path: '/shared/chat/rooms/{roomId}/calls', status: 201 },
  }),
  'call.answer': defineOperation({
    kind: 'mutation',
    summary: 'Take part in an active call; the first answer makes it ONGOING.',
    input: CallRef,
    output: CallSchema,
    errors: ['NOT_FOUND', 'CONFLICT'],
    auth: { rule: 'call.visible', subject: 'callId' },
    limit: 'call',
    emits: ['call:answered'],
    socket: 'call:answered',
    rest: { method: 'POST', path: '/shared/chat/calls/{callId}/answer' },
  }),
  'call.end': defineOperation({
    kind: 'mutation',
    summary: "End a call as its initiator, a participant, or the room's owner or admin. Twice is not an error.",
    input: CallRef,
    output: CallSchema,
    errors: ['NOT_FOUND', 'FORBIDDEN'],
    auth: { rule: 'call.visible', subject: 'callId' },
    limit: 'call',
    emits: ['call:ended'],
    socket: 'call:ended',
    rest: { method: 'POST', path: '/shared/chat/calls/{callId}/end' },
  }),
  'call.get': defineOperation({
    kind: 'query',
    summary: 'One call with its participants.',
    input: CallRef,
    output: CallSchema,
    errors: ['NOT_FOUND'],
    auth: { rule: 'call.visible', subject: 'callId' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/calls/{callId}' },
  }),
  'call.list': defineOperation({
    kind: 'query',
    summary: 'The calls of a room, newest first.',
    input: z.object({ roomId: RoomId, cursor: Cursor.optional(), limit: PageLimit }),
    output: z.object({ items: z.array(CallSchema), nextCursor: Cursor.nullable() }),
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/rooms/{roomId}/calls' },
  }),
};

export const callEvents = {
  'call:initiated': defineEvent({
    summary: 'A call rings. Sent to all members of the room, in it or not.',
    payload: z.object({
      callId: CallId,
      callType: CallType,
      roomId: RoomId,
      seq: Seq,
      initiatedBy: UserId,
      timestamp: Timestamp,
    }),
    durable: true,
  }),
  'call:answered': defineEvent({
    summary: 'Someone took part in a call. Sent to all members of the room, in it or not.',
    payload: z.object({ callId: CallId, roomId: RoomId, seq: Seq, answeredBy: UserId, timestamp: Timestamp }),
    durable: true,
  }),
  'call:left': defineEvent({
    summary:
      'A participant has been without a connection for some seconds and is out of the call. Sent to all members of the room, in it or not.',
    payload: z.object({ callId: CallId, roomId: RoomId, seq: Seq, userId: UserId, timestamp: Timestamp }),
    durable: true,
  }),
  'call:ended': defineEvent({
    summary: 'A call is over. Sent to all members of the room, in it or not.',
    payload: z.object({
      callId: CallId,
      roomId: RoomId,
      seq: Seq,
      endedBy: UserId.nullable().describe('null when nobody ended it'),
      reason: CallEndReason,
      timestamp: Timestamp,
    }),
    durable: true,
  }),
};
