import { z } from 'zod';
import { RoomId, Timestamp, UserId, UserIds } from '../common.js';
import { defineEvent, defineOperation } from '../define.js';

const OnlineUserIds = z.array(UserId).describe('Members of the room who are online, at most 100');
const OnlineCount = z.int().nonnegative().describe('How many members of the room are online');

/** Who is online among a room's members: the fields shared by `presence.list` and the answer to entering a room. */
export const presenceFields = { onlineUserIds: OnlineUserIds, onlineCount: OnlineCount };

export const presenceOperations = {
  'presence.list': defineOperation({
    kind: 'query',
    summary: "Who of a room's members is online, and when the members asked for were last seen.",
    input: z.object({ roomId: RoomId, userIds: UserIds.default([]) }),
    output: z.object({
      ...presenceFields,
      members: z
        .array(
          z.object({
            userId: UserId,
            online: z.boolean(),
            lastSeenAt: Timestamp.nullable().describe('null for a user who was never seen, or is online'),
          }),
        )
        .describe('One entry for each of `userIds` that is a member'),
    }),
    errors: ['NOT_A_MEMBER'],
    auth: { rule: 'room.member', subject: 'roomId' },
    limit: 'read',
    emits: [],
    rest: { method: 'GET', path: '/shared/chat/rooms/{roomId}/presence' },
  }),
};

export const presenceEvents = {
  'room:presence': defineEvent({
    summary:
      'How many members are online in a room of more than 100: instead of one event for each, at most every 2 s.',
    payload: z.object({ roomId: RoomId, onlineCount: OnlineCount }),
    durable: false,
  }),
};
