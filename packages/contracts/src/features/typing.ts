import { z } from 'zod';
import { Empty, RoomId, Timestamp, UserId } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';

export const typingOperations = {
  'typing.start': defineOperation({
    kind: 'mutation',
    summary: 'Tell the others in a room that you are typing. Ends by itself after 6 s.',
    input: z.object({ roomId: RoomId }),
    output: Empty,
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'user:typing',
    emits: ['user:typing'],
    socket: 'user:typing',
  }),
  'typing.stop': defineOperation({
    kind: 'mutation',
    summary: 'Tell the others in a room that you stopped typing.',
    input: z.object({ roomId: RoomId }),
    output: Empty,
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'user:stop_typing',
    emits: ['user:stop_typing'],
    socket: 'user:stop_typing',
  }),
};

export const typingEvents = {
  'user:typing': defineEvent({
    summary: 'Someone is typing in a room. Not sent to the typing socket.',
    payload: z.object({ userId: UserId, roomId: RoomId, timestamp: Timestamp }),
    durable: false,
  }),
  'user:stop_typing': defineEvent({
    summary: 'Someone stopped typing in a room.',
    payload: z.object({ userId: UserId, roomId: RoomId }),
    durable: false,
  }),
};
