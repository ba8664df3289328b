import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call, LogEntry, Member, Message, Room } from '../index.js';
import { EMPTY_ROOM_STATE, type RoomState, reduceRoom } from './index.js';

/** The smallest room there can be: what is stored, and the log of what was done. */
interface Model {
  members: Map<number, Member['role']>;
  messages: Message[];
  log: LogEntry[];
  name: string;
  archivedAt: string | null;
  call: Call | null;
  readSeq: number;
}

const ME = 1;
const ROOM = { id: 1, roomId: 1 };
const user = (id: number) => ({ id, name: `User ${id}`, picture: null });
/** A second passes with three entries: some of them are at the same time. */
const at = (seq: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(seq / 3))).toISOString();

const start = (): Model => ({
  members: new Map([
    [ME, 'OWNER'],
    [2, 'MEMBER'],
  ]),
  messages: [],
  log: [],
  name: 'Room',
  archivedAt: null,
  call: null,
  readSeq: 0,
});

const membersOf = ({ members }: Model): Member[] =>
  [...members]
    .sort(([a], [b]) => a - b)
    .map(([userId, role]) => ({ userId, roomId: ROOM.id, role, joinedAt: at(0), user: user(userId) }));

const lineOf = (model: Model): Room => ({
  id: ROOM.id,
  name: model.name,
  type: 'GROUP',
  createdBy: ME,
  createdAt: at(0),
  archivedAt: model.archivedAt,
  seq: model.log.length,
  epoch: 1,
  memberCount: model.members.size,
  myRole: model.members.get(ME) ?? 'MEMBER',
  lastMessage: model.messages.at(-1) ?? null,
  unread: model.messages.filter((m) => m.senderId !== ME && m.seq > model.readSeq && !m.deletedAt).length,
  readSeq: model.readSeq,
  peer: null,
});

const snapshot = (model: Model): RoomState =>
  structuredClone({
    ...EMPTY_ROOM_STATE,
    room: lineOf(model),
    messages: model.messages,
    members: membersOf(model),
    activeCall: model.call,
  });

type Step = { do: string; who: number; which: number };

/** Takes one step, if there is something to do it to. */
const play = (model: Model, { do: what, who, which }: Step): void => {
  const seq = model.log.length + 1;
  const tell = (event: LogEntry['event'], fields: object) =>
    model.log.push(structuredClone({ seq, event, payload: { roomId: ROOM.id, seq, ...fields } }) as LogEntry);
  const message = model.messages[which % Math.max(1, model.messages.length)];
  const { call } = model;
  const steps: Record<string, () => void> = {
    send: () => {
      const made: Message = {
        ...{ id: 100 + seq, roomId: ROOM.id, seq, senderId: who, content: `${seq}`, type: 'TEXT', fileUrl: null },
        ...{ clientId: null, isEdited: false, createdAt: at(seq), updatedAt: at(seq), deletedAt: null },
        sender: user(who),
      };
      model.messages.push(made);
      tell('message:new', made);
    },
    edit: () => {
      if (!message || message.deletedAt) return;
      Object.assign(message, { content: `${message.content}, edited`, isEdited: true, updatedAt: at(seq) });
      tell('message:edited', { messageId: message.id, content: message.content, updatedAt: at(seq) });
    },
    remove: () => {
      if (!message || message.deletedAt) return;
      Object.assign(message, { content: '', fileUrl: null, deletedAt: at(seq), updatedAt: at(seq) });
      const { id: messageId, seq: messageSeq, senderId } = message;
      tell('message:deleted', { messageId, deletedBy: who, deletedAt: at(seq), messageSeq, senderId });
    },
    join: () => {
      if (model.members.has(who)) return;
      model.members.set(who, 'MEMBER');
      tell('member:added', { userId: who, role: 'MEMBER', by: ME, joinedAt: at(0), user: user(who) });
    },
    leave: () => {
      if (who === ME || !model.members.delete(who)) return;
      tell('member:removed', { userId: who, by: ME });
    },
    role: () => {
      if (!model.members.has(who)) return;
      const role = which % 2 ? 'ADMIN' : 'MEMBER';
      model.members.set(who, role);
      tell('member:role', { userId: who, role, by: ME });
    },
    rename: () => {
      model.name = `Room ${seq}`;
      tell('room:updated', { name: model.name, by: who });
    },
    archive: () => {
      model.archivedAt = at(seq);
      tell('room:archived', { by: who, archivedAt: at(seq) });
    },
    ring: () => {
      if (call) return;
      const started = { callId: seq, callType: 'AUDIO' as const, initiatedBy: who };
      model.call = {
        ...{ ...started, roomId: ROOM.id, status: 'RINGING', createdAt: at(seq) },
        ...{ answeredAt: null, endedAt: null, endedBy: null },
        participants: [{ userId: who, joinedAt: at(seq), leftAt: null }],
      };
      tell('call:initiated', { ...started, timestamp: at(seq) });
    },
    answer: () => {
      if (!call || call.participants.some(({ userId }) => userId === who)) return;
      call.participants.push({ userId: who, joinedAt: at(seq), leftAt: null });
      Object.assign(call, { status: 'ONGOING', answeredAt: call.answeredAt ?? at(seq) });
      tell('call:answered', { callId: call.callId, answeredBy: who, timestamp: at(seq) });
    },
    hangUp: () => {
      if (!call) return;
      model.call = null;
      tell('call:ended', { callId: call.callId, endedBy: who, reason: 'HANGUP', timestamp: at(seq) });
    },
    read: () => {
      model.readSeq = Math.max(model.readSeq, which % (model.log.length + 1));
    },
  };
  steps[what]?.();
};

const step = fc.record<Step>({
  do: fc.oneof(
    { arbitrary: fc.constantFrom('send', 'edit', 'remove', 'read'), weight: 2 },
    {
      arbitrary: fc.constantFrom('join', 'leave', 'role', 'rename', 'archive', 'ring', 'answer', 'hangUp'),
      weight: 1,
    },
  ),
  who: fc.integer({ min: ME, max: 4 }),
  which: fc.nat(50),
});
const steps = fc.array(step, { maxLength: 40 });

const apply = (state: RoomState, { event, payload }: LogEntry) => reduceRoom(state, event, payload, ME);
const read = (state: RoomState, seq: number) => reduceRoom(state, 'room:read', { roomId: 1, userId: ME, seq }, ME);

test('a snapshot with the events after it, the newest perhaps again, is the next snapshot', () => {
  fc.assert(
    fc.property(steps, steps, fc.array(fc.nat(5), { maxLength: 40 }), (before, after, repeats) => {
      const model = start();
      for (const each of before) play(model, each);
      let state = snapshot(model);
      after.forEach((each, index) => {
        const known = model.log.length;
        play(model, each);
        for (const entry of model.log.slice(known)) state = apply(state, entry);
        state = read(state, model.readSeq);
        for (const again of model.log.slice(Math.max(0, model.log.length - (repeats[index] ?? 0))))
          state = apply(state, again);
        expect(state).toEqual(snapshot(model));
      });
    }),
    { numRuns: 500 },
  );
});

test('so it is with what the log tells later: messages as they are now', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const model = start();
      for (const each of before) play(model, each);
      const { readSeq } = model;
      let state = snapshot(model);
      const { length } = model.log;
      for (const each of after) if (each.do !== 'read') play(model, each);
      const now = new Map(model.messages.map((message) => [message.seq, message]));
      for (const entry of model.log.slice(length)) {
        const message = now.get(entry.seq);
        state = apply(state, message ? { seq: entry.seq, event: 'message:new', payload: message } : entry);
      }
      expect(state).toEqual(snapshot({ ...model, readSeq }));
    }),
    { numRuns: 1_000 },
  );
});
