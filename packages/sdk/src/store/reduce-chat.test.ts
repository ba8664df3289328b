import type { EventName, Payload } from '@dream-studio/contracts';
import { describe, expect, test } from 'vitest';
import { ChatError } from '../errors.js';
import type { StoredMessage } from '../outbox/storage.js';
import { fakeEntered, fakeMessage, fakeRoom } from '../test/fakes.js';
import { type ChatAction, type ChatState, EMPTY_STATE } from './chat-state.js';
import { reduceChat } from './reduce-chat.js';

const ME = 1;
const gone = new ChatError({ code: 'NOT_A_MEMBER', message: 'Not a member of this room', retryable: false });

const after = (...actions: ChatAction[]): ChatState => actions.reduce(reduceChat, EMPTY_STATE);
const event = <E extends EventName>(name: E, payload: Payload<E>) =>
  ({ type: 'event', event: name, payload, userId: ME }) as ChatAction;
const newest = (seqs: number[], nextCursor: number | null = null): ChatAction => ({
  type: 'history.newest',
  roomId: 1,
  items: seqs.map((seq) => fakeMessage(seq)).reverse(),
  nextCursor,
});
const loaded = (room = fakeRoom(1)): ChatAction => ({ type: 'room.loaded', room });
const pending = (clientId: string): ChatAction => ({
  type: 'pending.put',
  roomId: 1,
  pending: {
    roomId: 1,
    clientId,
    content: clientId,
    createdAt: '',
    order: 0,
    status: 'sending',
    error: null,
  } satisfies StoredMessage,
});
const seqs = (state: ChatState) => state.entries[1]?.messages?.map(({ seq }) => seq);

describe('history', () => {
  test('that ends before the room as it was entered is not shown with what follows', () => {
    const enteredAt = (seq: number): ChatAction => ({
      type: 'room.entered',
      entered: fakeEntered(1, { room: fakeRoom(1, { seq, lastMessage: fakeMessage(seq) }) }),
      replaces: true,
    });
    const next = (seq: number) => event('message:new', fakeMessage(seq));
    const state = after(loaded(), newest([1, 2, 3], 1), enteredAt(9), next(10));
    expect(seqs(state)).toBeUndefined();
    expect(state.entries[1]).toMatchObject({ status: 'loading', olderCursor: null });
    expect(seqs(after(loaded(), newest([1, 2, 3], 1), enteredAt(3), next(4)))).toEqual([1, 2, 3, 4]);
  });

  test('the newest page takes the place of what is there; what has not changed stays the same object', () => {
    const before = after(newest([1, 2, 3]));
    const state = reduceChat(before, newest([3, 4], 3));
    expect(seqs(state)).toEqual([3, 4]);
    expect(state.entries[1]).toMatchObject({ status: 'ready', olderCursor: 3 });
    expect(state.entries[1]?.messages?.[0]).toBe(before.entries[1]?.messages?.[2]);
  });

  test('what an answer says of a message counts nothing: its entry of the log does', () => {
    const room = fakeRoom(1, { seq: 3, unread: 1, lastMessage: fakeMessage(3) });
    const stored = fakeMessage(6, { senderId: ME, clientId: 'c1' });
    const state = after(loaded(room), newest([3]), pending('c1'), {
      type: 'message.stored',
      roomId: 1,
      message: stored,
    });
    expect(seqs(state)).toEqual([3, 6]);
    expect(state.entries[1]).toMatchObject({ pending: [], room: { seq: 3, unread: 1, lastMessage: { seq: 6 } } });
    const next = [4, 5].reduce((s, seq) => reduceChat(s, event('message:new', fakeMessage(seq))), state);
    expect(seqs(next)).toEqual([3, 4, 5, 6]);
    expect(next.entries[1]?.room).toMatchObject({ seq: 5, unread: 3, lastMessage: { seq: 6 } });
  });

  test('an answer about a message before all that is loaded makes no hole', () => {
    const old: ChatAction = { type: 'message.stored', roomId: 1, message: fakeMessage(2) };
    expect(seqs(after(newest([8, 9], 8), old))).toEqual([8, 9]);
    expect(seqs(after(newest([8, 9], null), old))).toEqual([2, 8, 9]);
  });

  test('a deletion made here has the time of its event in the end', () => {
    const removal: ChatAction = { type: 'message.removed', roomId: 1, messageId: 1001, at: '2026-01-02T00:00:00.000Z' };
    const deletedAt = '2026-01-01T12:00:00.000Z';
    const deletion = { messageId: 1001, roomId: 1, seq: 2, deletedBy: ME, deletedAt, messageSeq: 1, senderId: 2 };
    for (const actions of [
      [removal, event('message:deleted', deletion)],
      [event('message:deleted', deletion), removal],
    ]) {
      const [message] = after(newest([1]), ...actions).entries[1]?.messages ?? [];
      expect(message).toMatchObject({ content: '', deletedAt });
    }
  });

  test('older pages go in front', () => {
    const older: ChatAction = {
      type: 'older.loaded',
      roomId: 1,
      items: [fakeMessage(2), fakeMessage(1)],
      nextCursor: null,
    };
    const state = after(newest([3, 4], 3), { type: 'room.changed', roomId: 1, change: { loadingOlder: true } }, older);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(state.entries[1]).toMatchObject({ olderCursor: null, loadingOlder: false });
  });

  test('a failure is no reason to take away what can be read', () => {
    const failed: ChatAction = { type: 'history.unready', roomId: 1, status: 'failed', error: gone };
    expect(
      after({ type: 'history.unready', roomId: 1, status: 'loading', error: null }, failed).entries[1]?.status,
    ).toBe('failed');
    expect(after(newest([1]), failed).entries[1]).toMatchObject({ status: 'ready', error: gone });
  });
});

describe('messages on their way', () => {
  test('are replaced by their stored selves, whether these come by event, answer or page', () => {
    const stored = fakeMessage(1, { clientId: 'c1', senderId: ME });
    for (const arrival of [
      event('message:new', stored),
      { type: 'history.newest', roomId: 1, items: [stored], nextCursor: null } as ChatAction,
    ]) {
      const state = after(newest([]), pending('c1'), pending('c2'), arrival);
      expect(state.entries[1]?.pending.map(({ clientId }) => clientId)).toEqual(['c2']);
      expect(seqs(state)).toEqual([1]);
    }
  });

  test('stand in the order they were written, whichever tab tells of them first', () => {
    const written = (clientId: string, order: number): ChatAction => {
      const action = pending(clientId);
      return action.type === 'pending.put' ? { ...action, pending: { ...action.pending, order } } : action;
    };
    const state = after(written('c2', 2), written('c3', 3), written('c1', 1), written('c3', 3));
    expect(state.entries[1]?.pending.map(({ clientId }) => clientId)).toEqual(['c1', 'c2', 'c3']);
  });

  test('that the server has are not on their way, whatever a tab that does not know says', () => {
    const state = after(newest([]), event('message:new', fakeMessage(1, { clientId: 'c1' })), pending('c1'));
    expect(state.entries[1]?.pending).toEqual([]);
  });

  test('change in their place, and can be forgotten', () => {
    const state = after(pending('c1'), pending('c2'), pending('c1'));
    expect(state.entries[1]?.pending.map(({ clientId }) => clientId)).toEqual(['c1', 'c2']);
    const removed = reduceChat(state, { type: 'pending.removed', roomId: 1, clientId: 'c1' });
    expect(removed.entries[1]?.pending.map(({ clientId }) => clientId)).toEqual(['c2']);
  });
});

describe('the list', () => {
  const listed = (rooms: number[], keep: number[] = []): ChatAction => ({
    type: 'list.loaded',
    items: rooms.map((id) => fakeRoom(id)),
    nextCursor: null,
    keep: new Set(keep),
  });
  const rooms = (state: ChatState) => Object.values(state.entries).flatMap(({ room }) => (room ? [room.id] : []));

  test('drops rooms that are not the user’s any more, but not those that came while it was read', () => {
    expect(rooms(after(loaded(fakeRoom(1)), loaded(fakeRoom(2)), loaded(fakeRoom(3)), listed([1], [3])))).toEqual([
      1, 3,
    ]);
  });

  test('a room that is loaded stays when the list is not whole: it may be on a later page', () => {
    const part = { ...listed([]), nextCursor: 'next' } as ChatAction;
    expect(rooms(after(loaded(fakeRoom(1)), newest([1]), part))).toEqual([1]);
    expect(rooms(after(loaded(fakeRoom(1)), newest([1]), listed([])))).toEqual([]);
  });

  test('what a list knows of unread messages does not undo what was told after it was read', () => {
    const activity = { roomId: 1, seq: 6, lastMessage: fakeMessage(6), unread: 2, readSeq: 4 };
    const line = { unread: 2, lastMessage: { seq: 6 } };
    const stale = fakeRoom(1, { seq: 5, name: 'New', unread: 1, readSeq: 4, lastMessage: fakeMessage(5) });
    const state = after(loaded(fakeRoom(1, { seq: 4, readSeq: 4 })), event('room:activity', activity), loaded(stale));
    expect(state.entries[1]?.room).toMatchObject({ ...line, name: 'New' });
    // Told late: the snapshot knows better.
    const late = after(loaded(fakeRoom(1, { seq: 7, unread: 3, readSeq: 4 })), event('room:activity', activity));
    expect(late.entries[1]?.room?.unread).toBe(3);
  });

  test('a failure keeps what was listed', () => {
    const state = after(listed([1, 2]), { type: 'list.changed', change: { status: 'failed', error: gone } });
    expect(rooms(state)).toEqual([1, 2]);
    expect(state.list).toMatchObject({ status: 'failed', error: gone });
  });

  test('an older answer about a room does not undo what is known', () => {
    const state = after(loaded(fakeRoom(1, { seq: 5, name: 'New' })), loaded(fakeRoom(1, { seq: 4, name: 'Old' })));
    expect(state.entries[1]?.room?.name).toBe('New');
  });
});

describe('a room', () => {
  test('entering it brings who is there and who is typing', () => {
    const entered = fakeEntered(1, { onlineUserIds: [2, 3], onlineCount: 2, typingUserIds: [3] });
    const state = after({ type: 'room.entered', entered, replaces: true });
    expect(state.entries[1]).toMatchObject({ onlineCount: 2, typingUserIds: [3] });
    expect([...state.presence.onlineUserIds]).toEqual([2, 3]);
  });

  test('entering it replaces what is known, but for what was seen here; when events are to come, only who is there', () => {
    const known = fakeRoom(1, { seq: 4, readSeq: 4, name: 'Old', unread: 0 });
    const room = fakeRoom(1, { seq: 6, readSeq: 2, unread: 4, name: 'New', lastMessage: fakeMessage(6) });
    const entered = fakeEntered(1, { room, seq: 6, onlineCount: 2 });
    const replaced = after(loaded(known), { type: 'room.entered', entered, replaces: true });
    expect(replaced.entries[1]?.room).toMatchObject({ seq: 6, name: 'New', readSeq: 4, unread: 2 });
    const behind = after(loaded(known), { type: 'room.entered', entered, replaces: false });
    expect(behind.entries[1]).toMatchObject({ onlineCount: 2, room: known });
    // A restored log may be shorter.
    const shorter = { ...entered, room: { ...room, seq: 3 } };
    const other = after(loaded(known), { type: 'room.entered', entered: shorter, replaces: true });
    expect(other.entries[1]?.room).toMatchObject({ seq: 3, readSeq: 2 });
  });

  test('that is gone leaves nothing behind but why, and what was written', () => {
    const state = after(loaded(), newest([1]), pending('c1'), { type: 'room.gone', roomId: 1, error: gone });
    expect(state.entries[1]).toMatchObject({ room: null, messages: null, status: 'failed', error: gone });
    expect(state.entries[1]?.pending.map(({ clientId }) => clientId)).toEqual(['c1']);
  });

  test('events of rooms that nobody asked about change nothing', () => {
    expect(after(event('message:new', fakeMessage(1)))).toBe(EMPTY_STATE);
  });

  test('an answer to markRead does not move the pointer back', () => {
    const room = fakeRoom(1, { readSeq: 5, unread: 0, seq: 5 });
    const state = after(loaded(room), { type: 'room.read', roomId: 1, seq: 3, unread: 2 });
    expect(state.entries[1]?.room).toBe(room);
  });
});

describe('presence', () => {
  test('starts anew with each connection, and follows who comes and goes', () => {
    const at = '2026-01-01T10:00:00.000Z';
    const state = after(
      event('server:hello', { limitFactor: 1, onlineUserIds: [1, 2] }),
      event('user:online', { userId: 3, socketId: 's', timestamp: at }),
      event('user:offline', { userId: 2, timestamp: at, lastSeenAt: at }),
    );
    expect([...state.presence.onlineUserIds]).toEqual([1, 3]);
    expect(state.presence.lastSeenAt).toEqual({ 2: at });
    const again = reduceChat(state, event('server:hello', { limitFactor: 1, onlineUserIds: [4] }));
    expect([...again.presence.onlineUserIds]).toEqual([4]);
  });

  test('who is known to be online already changes nothing', () => {
    const state = after(event('server:hello', { limitFactor: 1, onlineUserIds: [2] }));
    const again = reduceChat(state, event('user:online', { userId: 2, socketId: 's', timestamp: '' }));
    expect(again.presence).toBe(state.presence);
  });
});
