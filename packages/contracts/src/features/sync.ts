import { z } from 'zod';
import { Epoch, RoomKey, Seq } from '../common.js';
import { defineOperation } from '../define.js';
import { ErrorBodySchema } from '../errors.js';
import { BOUNDS } from '../limits.js';
import { callEvents } from './call.js';
import { memberEvents } from './member.js';
import { messageEvents } from './message.js';
import { readSeq, roomEvents, unread } from './room.js';

const entry = <const E extends string, P extends z.ZodType>(event: E, { payload }: { payload: P }) =>
  z.object({ seq: Seq, event: z.literal(event), payload });

/** An entry of a room's log: a durable event as it was sent, but a message as it is now. */
export const LogEntrySchema = z
  .discriminatedUnion('event', [
    entry('message:new', messageEvents['message:new']),
    entry('message:edited', messageEvents['message:edited']),
    entry('message:deleted', messageEvents['message:deleted']),
    entry('member:added', memberEvents['member:added']),
    entry('member:removed', memberEvents['member:removed']),
    entry('member:role', memberEvents['member:role']),
    entry('room:updated', roomEvents['room:updated']),
    entry('room:archived', roomEvents['room:archived']),
    entry('call:initiated', callEvents['call:initiated']),
    entry('call:answered', callEvents['call:answered']),
    entry('call:left', callEvents['call:left']),
    entry('call:ended', callEvents['call:ended']),
  ])
  .meta({ id: 'LogEntry' });

export type LogEntry = z.output<typeof LogEntrySchema>;

const RoomSyncSchema = z
  .union([
    z.object({
      events: z
        .array(LogEntrySchema)
        .describe('Every entry after `since`, in order, up to `seq` unless there is `more`'),
      seq: Seq,
      epoch: Epoch,
      unread,
      readSeq,
      more: z.literal(true).optional().describe('There is more: ask again from the last of `events`'),
    }),
    z.object({
      reset: z.literal(true).describe('The log does not reach back to `since`, or is another one: load the room anew'),
      seq: Seq,
      epoch: Epoch,
    }),
    z.object({ error: ErrorBodySchema }),
  ])
  .meta({ id: 'RoomSync' });

export type RoomSync = z.output<typeof RoomSyncSchema>;

const tooMany = `at most ${BOUNDS.syncRoomsMax} rooms`;

export const syncOperations = {
  'room.sync': defineOperation({
    kind: 'query',
    summary:
      'What happened in rooms since a place in their logs: every event after it in order, or that the room is to be loaded anew. Never a part with a hole.',
    input: z.object({
      rooms: z
        .record(
          RoomKey,
          z.object({
            since: Seq.describe('The last entry that was applied'),
            epoch: Epoch.optional().describe('The log it is from; without it only its age can cause a reset'),
          }),
        )
        .refine((rooms) => Object.keys(rooms).length <= BOUNDS.syncRoomsMax, tooMany)
        .meta({ maxProperties: BOUNDS.syncRoomsMax })
        .describe('By room id'),
    }),
    output: z.object({ rooms: z.record(RoomKey, RoomSyncSchema).describe('An answer for each room asked about') }),
    errors: [],
    auth: { rule: 'user' },
    limit: 'sync',
    emits: [],
    socket: 'sync',
    rest: { method: 'POST', path: '/shared/chat/sync' },
  }),
};
