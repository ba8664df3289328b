import type { EventName, Payload } from '@dream-studio/contracts';
import { describe, expect, test } from 'vitest';
import { ChatError } from '../errors.js';
import { fakeEntered, fakeMessage, fakeRoom } from '../test/fakes.js';
import { type ChatAction, type ChatState, EMPTY_STATE, type PendingMessage } from './chat-state.js';
import { reduceChat } from './reduce-chat.js';

const ME = 1;
const gone = new ChatError({ code: 'NOT_A_MEMBER', message: 'Not a member of this room', retryable: false });

const after = (...actions: ChatAction[]): ChatState => actions.reduce(reduceChat, EMPTY_STATE);
const event = <E extends EventName>(name: E, payload: Payload<E>) =>
  ({ type: 'event', event: name, payload, userId: ME }) as ChatAction;
const newest = (seqs: number[], nextCursor: number | null = null, joins = true): ChatAction => ({
  type: 'history.newest',
  roomId: 1,
  items: seqs.map((seq) => fakeMessage(seq)).reverse(),
  nextCursor,
  joins,
});
const loaded = (room = fakeRoom(1)): ChatAction => ({ type: 'room.loaded', room });
const pending = (clientId: string): ChatAction => ({
  type: 'pending.put',
  roomId: 1,
  pending: {
    clientId,
    content: clientId,
    createdAt: '',
    order: 0,
    status: 'sending',
    error: null,
  } satisfies PendingMessage,
});
const seqs = (state: ChatState) => state.entries[1]?.messages?.map(({ seq }) => seq);

describe('history', () => {
  test('the newest page joins what is there when the two overlap, and keeps what came meanwhile', () => {
    const state = after(newest([4, 5, 6], 4), event('message:new', fakeMessage(8)), newest([5, 6, 7], 5));
    expect(seqs(state)).toEqual([4, 5, 6, 7, 8]);
    expect(state.entries[1]).toMatchObject({ status: 'ready', olderCursor: 4 });
  });

  test('it takes the place of what is there when there may be a hole between the two, or when told so', () => {
    expect(after(newest([1, 2], 1), newest([8, 9], 8)).entries[1]).toMatchObject({ olderCursor: 8 });
    expect(seqs(after(newest([1, 2], 1), newest([8, 9], 8)))).toEqual([8, 9]);
    expect(seqs(after(newest([1, 2, 3]), newest([3, 4], 3, false)))).toEqual([3, 4]);
  });

  test('a page read before the first message came does not take it away', () => {
    const state = after(newest([]), event('message:new', fakeMessage(1)), newest([], null, false));
    expect(seqs(state)).toEqual([1]);
  });

  test('older pages go in front', () => {
    const older: ChatAction = {
      type: 'older.loaded',
      roomId: 1,
      items: [fakeMessage(2), fakeMessage(1)],
      nextCursor: null,
    };
    const state = after(newest([3, 4], 3), { type: 'older.loading', roomId: 1 }, older);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(state.entries[1]).toMatchObject({ olderCursor: null, loadingOlder: false });
  });

  test('a failure is no reason to take away what can be read', () => {
    const failed: ChatAction = { type: 'history.failed', roomId: 1, error: gone };
    expect(after({ type: 'history.loading', roomId: 1 }, failed).entries[1]?.status).toBe('failed');
    expect(after(newest([1]), failed).entries[1]).toMatchObject({ status: 'ready', error: gone });
  });
});

describe('messages on their way', () => {
  test('are replaced by their stored selves, whether these come by event, answer or page', () => {
    const stored = fakeMessage(1, { clientId: 'c1', senderId: ME });
    for (const arrival of [
      event('message:new', stored),
      { type: 'history.newest', roomId: 1, items: [stored], nextCursor: null, joins: true } as ChatAction,
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
    rooms: rooms.map((id) => fakeRoom(id)),
    nextCursor: null,
    keep: new Set(keep),
  });
  const rooms = (state: ChatState) => Object.values(state.entries).flatMap(({ room }) => (room ? [room.id] : []));

  test('drops rooms that are not the user’s any more, but not those that came while it was read', () => {
    expect(rooms(after(loaded(fakeRoom(1)), loaded(fakeRoom(2)), loaded(fakeRoom(3)), listed([1], [3])))).toEqual([
      1, 3,
    ]);
  });

  test('a room that is open stays, whatever the list says', () => {
    expect(rooms(after(loaded(fakeRoom(1)), newest([1]), listed([])))).toEqual([1]);
  });

  test('a failure keeps what was listed', () => {
    const state = after(listed([1, 2]), { type: 'list.failed', error: gone });
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
    const state = after({ type: 'room.entered', entered });
    expect(state.entries[1]).toMatchObject({ onlineCount: 2, typingUserIds: [3] });
    expect([...state.presence.onlineUserIds]).toEqual([2, 3]);
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
