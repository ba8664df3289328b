import { describe, expect, test } from 'vitest';
import { BOUNDS, type Member, type Message, type Room } from '../index.js';
import {
  EMPTY_ROOM_STATE,
  newerMessage,
  newerRoom,
  type RoomState,
  reduceRoom,
  unreadAfter,
  withMessages,
} from './index.js';

const ME = 1;
const OTHER = 2;
const AT = '2026-01-01T10:00:00.000Z';
const LATER = '2026-01-01T11:00:00.000Z';

const user = (id: number) => ({ id, name: `User ${id}`, picture: null });
const member = (userId: number, role: Member['role'] = 'MEMBER'): Member => ({
  userId,
  roomId: 1,
  role,
  joinedAt: AT,
  user: user(userId),
});
const message = (seq: number, more: Partial<Message> = {}): Message => ({
  id: 100 + seq,
  roomId: 1,
  seq,
  senderId: OTHER,
  content: `Message ${seq}`,
  type: 'TEXT',
  fileUrl: null,
  clientId: null,
  isEdited: false,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
  sender: user(more.senderId ?? OTHER),
  ...more,
});
const room: Room = {
  id: 1,
  name: 'Design',
  type: 'GROUP',
  createdBy: ME,
  createdAt: AT,
  archivedAt: null,
  seq: 2,
  epoch: 7,
  memberCount: 2,
  myRole: 'OWNER',
  lastMessage: message(2),
  unread: 1,
  readSeq: 1,
  peer: null,
};
const state: RoomState = {
  ...EMPTY_ROOM_STATE,
  room,
  messages: [message(1), message(2)],
  members: [member(ME, 'OWNER'), member(OTHER)],
};
const after = (...args: Parameters<typeof reduceRoom> extends [RoomState, ...infer Rest] ? Rest : never) =>
  reduceRoom(state, ...args);

describe('messages', () => {
  test('a new one is the last, counts as unread, and ends the typing of its sender', () => {
    const typing = { ...state, typingUserIds: [OTHER, 3] };
    const next = reduceRoom(typing, 'message:new', message(3), ME);
    expect(next.messages?.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(next.room).toMatchObject({ seq: 3, unread: 2, lastMessage: { seq: 3 } });
    expect(next.typingUserIds).toEqual([3]);
  });

  test('one of my own is not unread; one that came before changes nothing', () => {
    expect(after('message:new', message(3, { senderId: ME }), ME).room?.unread).toBe(1);
    const again = after('message:new', message(2), ME);
    expect(again.room).toBe(room);
    expect(again.messages).toEqual(state.messages);
  });

  test('an edit changes text in the history and in the list, unless it is older than what is known', () => {
    const edit = { messageId: 102, roomId: 1, seq: 3, content: 'Edited', updatedAt: LATER };
    const next = after('message:edited', edit, ME);
    expect(next.messages?.[1]).toMatchObject({ content: 'Edited', isEdited: true, updatedAt: LATER });
    expect(next.room).toMatchObject({ seq: 3, lastMessage: { content: 'Edited' } });
    expect(next.messages?.[0]).toBe(state.messages?.[0]);
    const stale = reduceRoom(next, 'message:edited', { ...edit, content: 'Older', updatedAt: AT }, ME);
    expect(stale.messages?.[1]?.content).toBe('Edited');
  });

  test('a deletion leaves a tombstone, is final, and an unread message is unread no more, once', () => {
    const deletion = {
      ...{ messageId: 102, roomId: 1, seq: 3, deletedBy: OTHER, deletedAt: LATER },
      ...{ messageSeq: 2, senderId: OTHER },
    };
    const next = after('message:deleted', deletion, ME);
    expect(next.messages?.[1]).toMatchObject({ content: '', fileUrl: null, deletedAt: LATER });
    expect(next.room).toMatchObject({ unread: 0, lastMessage: { deletedAt: LATER } });
    const edit = { messageId: 102, roomId: 1, seq: 4, content: 'Back', updatedAt: LATER };
    expect(reduceRoom(next, 'message:edited', edit, ME).messages?.[1]?.content).toBe('');
    expect(reduceRoom(next, 'message:deleted', deletion, ME).room?.unread).toBe(0);
  });

  test('what is unread is counted on from the most a server counts, but not back below it: it may be more', () => {
    const line = { ...state.room, unread: BOUNDS.unreadMax } as Room;
    const many = { ...state, room: line };
    const deletion = {
      ...{ messageId: 102, roomId: 1, seq: 3, deletedBy: OTHER, deletedAt: LATER },
      ...{ messageSeq: 2, senderId: OTHER },
    };
    expect(reduceRoom(many, 'message:deleted', deletion, ME).room?.unread).toBe(BOUNDS.unreadMax);
    const more = reduceRoom(many, 'message:new', message(3), ME);
    expect(more.room?.unread).toBe(BOUNDS.unreadMax + 1);
    const less = reduceRoom(more, 'message:deleted', { ...deletion, seq: 4 }, ME);
    expect(less.room?.unread).toBe(BOUNDS.unreadMax);
  });

  test('what is not loaded stays so', () => {
    expect(reduceRoom(EMPTY_ROOM_STATE, 'message:new', message(3), ME)).toEqual(EMPTY_ROOM_STATE);
  });

  test('the time of a deletion is that of its event', () => {
    const guessed = { ...state, messages: [message(1), message(2, { content: '', deletedAt: AT })] };
    const deletion = {
      ...{ messageId: 102, roomId: 1, seq: 3, deletedBy: ME, deletedAt: LATER },
      ...{ messageSeq: 2, senderId: OTHER },
    };
    expect(reduceRoom(guessed, 'message:deleted', deletion, ME).messages?.[1]?.deletedAt).toBe(LATER);
  });

  test('of two states of a message at the same time the edited one counts, then the second', () => {
    const edited = message(1, { content: 'Edited', isEdited: true });
    const again = message(1, { content: 'Again', isEdited: true });
    expect(newerMessage(edited, message(1))).toBe(edited);
    expect(newerMessage(message(1), edited)).toBe(edited);
    expect(newerMessage(edited, again)).toBe(again);
    expect(newerMessage(edited, { ...edited })).toBe(edited);
  });

  test('pages join in order, each message once, in its newest state', () => {
    const edited = message(2, { content: 'Edited', updatedAt: LATER });
    const gone = message(1, { content: '', deletedAt: LATER });
    expect(withMessages([edited, message(3)], [gone, message(2), message(4)])).toEqual([
      gone,
      edited,
      message(3),
      message(4),
    ]);
  });
});

describe('the read pointer', () => {
  test('moves forward only, and clears what was read', () => {
    const read = after('room:read', { roomId: 1, userId: ME, seq: 2 }, ME);
    expect(read.room).toMatchObject({ readSeq: 2, unread: 0 });
    expect(reduceRoom(read, 'room:read', { roomId: 1, userId: ME, seq: 1 }, ME).room).toBe(read.room);
  });

  test("another member's is not mine", () => {
    expect(after('room:read', { roomId: 1, userId: OTHER, seq: 2 }, ME).room).toBe(room);
  });

  test('what is unread after it is counted', () => {
    const busy = [message(3), message(4, { senderId: ME }), message(5), message(6)].reduce(
      (next, incoming) => reduceRoom(next, 'message:new', incoming, ME),
      state,
    );
    expect(busy.room?.unread).toBe(4);
    expect(reduceRoom(busy, 'room:read', { roomId: 1, userId: ME, seq: 3 }, ME).room?.unread).toBe(2);
  });

  test('it is certain what is unread only where all of it is loaded and none of it is deleted', () => {
    const line = { ...room, seq: 4, lastMessage: message(4) };
    const messages = [message(2), message(3), message(4)];
    const gone = [message(2), message(3, { deletedAt: LATER }), message(4)];
    expect(unreadAfter(line, messages, 2, ME)).toEqual({ unread: 2, isCertain: true });
    expect(unreadAfter(line, messages, 4, ME)).toEqual({ unread: 0, isCertain: true });
    expect(unreadAfter(line, gone, 2, ME)).toEqual({ unread: 1, isCertain: false });
    for (const known of [messages.slice(1), messages.slice(0, 2), null]) {
      expect(unreadAfter(line, known, 1, ME)).toEqual({ unread: 1, isCertain: false });
    }
  });

  test('a message that its answer brought before its entry counts with the entry', () => {
    const ahead: RoomState = {
      ...state,
      messages: [message(2), message(4)],
      room: { ...room, lastMessage: message(4) },
    };
    const next = reduceRoom(ahead, 'message:new', message(3), ME);
    expect(next.room).toMatchObject({ seq: 3, unread: 2, lastMessage: { seq: 4 } });
    expect(next.messages?.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(reduceRoom(next, 'message:new', message(4), ME).room).toMatchObject({ seq: 4, unread: 3 });
  });

  test('activity brings what the list shows, unless something newer is known', () => {
    const activity = { roomId: 1, seq: 9, lastMessage: message(5), unread: 3, readSeq: 1 };
    const next = after('room:activity', activity, ME);
    expect(next.room).toMatchObject({ unread: 3, lastMessage: { seq: 5 }, seq: 2 });
    expect(reduceRoom(next, 'room:activity', { ...activity, lastMessage: message(4), unread: 2 }, ME).room).toBe(
      next.room,
    );
  });
});

describe('members and the room', () => {
  test('coming and going is counted once', () => {
    const added = { roomId: 1, seq: 3, userId: 3, role: 'MEMBER' as const, by: ME, joinedAt: LATER, user: user(3) };
    const next = after('member:added', added, ME);
    expect(next.room?.memberCount).toBe(3);
    expect(next.members?.map(({ userId }) => userId)).toEqual([1, 2, 3]);
    const again = reduceRoom(next, 'member:added', added, ME);
    expect(again.room?.memberCount).toBe(3);
    expect(again.members).toHaveLength(3);
    const gone = reduceRoom(again, 'member:removed', { roomId: 1, seq: 4, userId: 3, by: ME }, ME);
    expect(gone.room?.memberCount).toBe(2);
    expect(gone.members?.map(({ userId }) => userId)).toEqual([1, 2]);
  });

  test('a role is that of the member, and mine when I am the member', () => {
    const next = after('member:role', { roomId: 1, seq: 3, userId: ME, role: 'ADMIN', by: OTHER }, ME);
    expect(next.room?.myRole).toBe('ADMIN');
    expect(next.members?.[0]?.role).toBe('ADMIN');
    expect(after('member:role', { roomId: 1, seq: 3, userId: OTHER, role: 'ADMIN', by: ME }, ME).room?.myRole).toBe(
      'OWNER',
    );
  });

  test('a name, and the archive', () => {
    expect(after('room:updated', { roomId: 1, seq: 3, name: 'New', by: ME }, ME).room).toMatchObject({
      name: 'New',
      seq: 3,
    });
    expect(after('room:archived', { roomId: 1, seq: 3, by: ME, archivedAt: LATER }, ME).room?.archivedAt).toBe(LATER);
  });

  test('typing starts once, ends, and is never my own', () => {
    const timestamp = AT;
    const next = after('user:typing', { roomId: 1, userId: OTHER, timestamp }, ME);
    expect(next.typingUserIds).toEqual([OTHER]);
    expect(reduceRoom(next, 'user:typing', { roomId: 1, userId: OTHER, timestamp }, ME)).toBe(next);
    expect(after('user:typing', { roomId: 1, userId: ME, timestamp }, ME)).toBe(state);
    expect(reduceRoom(next, 'user:stop_typing', { roomId: 1, userId: OTHER }, ME).typingUserIds).toEqual([]);
  });

  test('a call rings, goes on and ends', () => {
    const call = { callId: 5, roomId: 1, seq: 3, callType: 'AUDIO' as const, initiatedBy: OTHER, timestamp: AT };
    const ringing = after('call:initiated', call, ME);
    expect(ringing.activeCall).toMatchObject({ callId: 5, status: 'RINGING' });
    const ongoing = reduceRoom(
      ringing,
      'call:answered',
      { callId: 5, roomId: 1, seq: 4, answeredBy: ME, timestamp: LATER },
      ME,
    );
    expect(ongoing.activeCall).toMatchObject({ status: 'ONGOING', answeredAt: LATER });
    expect(ongoing.activeCall?.participants.map(({ userId }) => userId)).toEqual([OTHER, ME]);
    const ended = { callId: 5, roomId: 1, seq: 5, endedBy: ME, reason: 'HANGUP' as const, timestamp: AT };
    const over = reduceRoom(ongoing, 'call:ended', ended, ME);
    expect(over.activeCall).toBeNull();
    expect(reduceRoom(over, 'call:initiated', call, ME).activeCall).toBeNull();
    expect(reduceRoom(ongoing, 'call:ended', { ...ended, callId: 4 }, ME).activeCall).not.toBeNull();
  });

  test('events about no room change nothing', () => {
    expect(after('user:online', { userId: OTHER, socketId: 's', timestamp: AT }, ME)).toBe(state);
  });
});

describe('of two snapshots of a room', () => {
  test('the one further in the log counts, with the further read pointer', () => {
    const old = { ...room, seq: 1, name: 'Old' };
    expect(newerRoom(room, old)).toBe(room);
    expect(newerRoom(old, room)).toBe(room);
    expect(newerRoom({ ...room, readSeq: 2, unread: 0 }, { ...room, seq: 3 })).toMatchObject({
      seq: 3,
      readSeq: 2,
      unread: 0,
    });
  });

  test('an older one adds nothing, not even a further read pointer', () => {
    expect(newerRoom(room, { ...room, seq: 1, readSeq: 2, unread: 0 })).toBe(room);
  });

  test('what is read here and not yet there is unread at most as often as there are new entries', () => {
    const read = { ...room, readSeq: 2, unread: 0 };
    const next = { ...room, seq: 3, lastMessage: message(3), unread: 2 };
    expect(newerRoom(read, next)).toMatchObject({ seq: 3, readSeq: 2, unread: 1 });
  });

  test('another epoch is another log', () => {
    expect(newerRoom(room, { ...room, epoch: 8, seq: 1 })).toMatchObject({ epoch: 8, seq: 1 });
  });
});
