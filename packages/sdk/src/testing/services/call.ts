import { type Call, type Payload, TIMES } from '@dream-studio/contracts';
import { type Clock, isoNow } from '../clock.js';
import type { Handlers } from '../context.js';
import { decodeCursor, encodeCursor, toPage } from '../cursor.js';
import { fail } from '../failure.js';
import { isAdmin } from '../gate.js';
import type { Hub } from '../hub.js';
import { appendEntry, existing, type RoomRow, type State, toCall } from '../state.js';
import { everyMember, requireActive } from './policy.js';

type CallHandlers = Pick<Handlers, 'call.start' | 'call.answer' | 'call.end' | 'call.get' | 'call.list'>;

const isActive = ({ status }: Call): boolean => status === 'RINGING' || status === 'ONGOING';
const isParticipant = (call: Call, userId: number) => call.participants.some((each) => each.userId === userId);

/** The room's ringing or ongoing call. */
export const activeCall = (state: State, roomId: number): Call | undefined =>
  [...state.calls.values()].find((call) => call.roomId === roomId && isActive(call));

export function createCallHandlers(state: State, hub: Hub, clock: Clock): CallHandlers {
  /** Nobody answered in time. */
  const miss = (room: RoomRow, call: Call) => {
    if (call.status !== 'RINGING') return;
    const timestamp = isoNow(clock);
    endCall(call, { status: 'MISSED', by: null, at: timestamp });
    const fields = { callId: call.callId, endedBy: null, reason: 'MISSED', timestamp };
    const payload = appendEntry(room, 'call:ended', fields) as Payload<'call:ended'>;
    hub.publish([{ event: 'call:ended', audience: everyMember(room.id), payload }]);
  };

  return {
    'call.start': (ctx, { roomId, callType }) => {
      const { room } = ctx.access;
      const { userId } = ctx.identity;
      requireActive(room);
      const running = activeCall(state, roomId);
      if (running) {
        fail('CONFLICT', 'A call is already active in this room', { details: { callId: running.callId } });
      }
      const call = newCall(state.nextId('call'), roomId, userId, callType, isoNow(clock));
      state.calls.set(call.callId, call);
      clock.after(TIMES.ringMs, () => miss(room, call));
      const { callId, initiatedBy, createdAt: timestamp } = call;
      ctx.append(room, 'call:initiated', { callId, callType, initiatedBy, timestamp }, everyMember(roomId));
      return toCall(call);
    },

    'call.answer': (ctx, { callId }) => {
      const { room } = ctx.access;
      const { userId } = ctx.identity;
      const call = existing(state.calls, callId);
      if (!isActive(call)) fail('CONFLICT', 'This call is over');
      if (isParticipant(call, userId)) return toCall(call);
      const at = isoNow(clock);
      call.participants.push({ userId, joinedAt: at, leftAt: null });
      if (call.status === 'RINGING') Object.assign(call, { status: 'ONGOING', answeredAt: at });
      ctx.append(room, 'call:answered', { callId, answeredBy: userId, timestamp: at }, everyMember(room.id));
      return toCall(call);
    },

    'call.end': (ctx, { callId }) => {
      const { room, member } = ctx.access;
      const { userId } = ctx.identity;
      const call = existing(state.calls, callId);
      if (call.initiatedBy !== userId && !isParticipant(call, userId) && !isAdmin(member.role)) {
        fail('FORBIDDEN', 'Not authorized to end this call');
      }
      if (!isActive(call)) return toCall(call);
      const timestamp = isoNow(clock);
      endCall(call, { status: 'ENDED', by: userId, at: timestamp });
      ctx.append(room, 'call:ended', { callId, endedBy: userId, reason: 'HANGUP', timestamp }, everyMember(room.id));
      return toCall(call);
    },

    'call.get': (_ctx, { callId }) => toCall(existing(state.calls, callId)),

    'call.list': (_ctx, { roomId, cursor, limit }) => {
      const [before = Number.POSITIVE_INFINITY] = cursor ? decodeCursor(cursor, 1) : [];
      const calls = [...state.calls.values()]
        .filter((call) => call.roomId === roomId && call.callId < before)
        .reverse();
      const page = toPage(calls, limit, (last) => encodeCursor(last.callId));
      return { items: page.items.map(toCall), nextCursor: page.nextCursor };
    },
  };
}

/** A ringing call with its initiator as the first participant. */
const newCall = (callId: number, roomId: number, by: number, callType: Call['callType'], at: string): Call => ({
  callId,
  roomId,
  callType,
  status: 'RINGING',
  initiatedBy: by,
  createdAt: at,
  answeredAt: null,
  endedAt: null,
  endedBy: null,
  participants: [{ userId: by, joinedAt: at, leftAt: null }],
});

/** Ends the call for everyone. */
function endCall(call: Call, { status, by, at }: { status: 'ENDED' | 'MISSED'; by: number | null; at: string }): void {
  Object.assign(call, { status, endedAt: at, endedBy: by });
  for (const participant of call.participants) participant.leftAt ??= at;
}
