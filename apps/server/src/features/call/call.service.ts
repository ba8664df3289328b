import type { Services } from '../../core/context.js';
import { decodeCursor, encodeCursor, toPage } from '../../core/cursor.js';
import { fail } from '../../core/errors.js';
import { requireActive } from '../room/room.policy.js';
import { isActive, requireMayEnd, takesPart } from './call.policy.js';
import type { CallRepository } from './call.repository.js';

type CallServices = Pick<Services, 'call.start' | 'call.answer' | 'call.end' | 'call.get' | 'call.list'>;

/** What other features may ask of calls. */
export type CallService = Pick<CallRepository, 'activeIn'>;

export function createCallService(calls: CallRepository): CallServices {
  return {
    'call.start': (ctx, { roomId, callType }) =>
      ctx.write(roomId, async ({ tx, room, append }) => {
        requireActive(room);
        const running = await calls.runningIn(tx, roomId);
        if (running) {
          fail('CONFLICT', 'A call is already active in this room', { details: { callId: running.callId } });
        }
        const call = await calls.create(tx, roomId, ctx.identity.userId, callType, room.now);
        const { callId, initiatedBy, createdAt: timestamp } = call;
        append('call:initiated', { callId, callType, initiatedBy, timestamp });
        return call;
      }),

    'call.answer': (ctx, { callId }) =>
      ctx.write(ctx.access.roomId, async ({ tx, room, append }) => {
        const { userId } = ctx.identity;
        const call = await calls.read(tx, callId);
        if (!isActive(call)) fail('CONFLICT', 'This call is over');
        if (takesPart(call, userId)) return call;
        const answered = await calls.answer(tx, callId, userId, room.now);
        append('call:answered', { callId, answeredBy: userId, timestamp: room.now.toISOString() });
        return answered;
      }),

    'call.end': (ctx, { callId }) =>
      ctx.write(ctx.access.roomId, async ({ tx, room, append }) => {
        const { userId } = ctx.identity;
        const call = await calls.read(tx, callId);
        requireMayEnd(call, userId, room.role);
        if (!isActive(call)) return call;
        const ended = await calls.end(tx, callId, { status: 'ENDED', by: userId, at: room.now });
        append('call:ended', { callId, endedBy: userId, reason: 'HANGUP', timestamp: room.now.toISOString() });
        return ended;
      }),

    'call.get': (_ctx, { callId }) => calls.get(callId),

    'call.list': async (_ctx, { roomId, cursor, limit }) => {
      const [before] = cursor ? decodeCursor(cursor, 1) : [];
      const rows = await calls.list(roomId, before ?? null, limit + 1);
      return toPage(rows, limit, (last) => encodeCursor(last.callId));
    },
  };
}
