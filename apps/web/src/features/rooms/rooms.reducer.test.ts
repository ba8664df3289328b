import type { Message, Room } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
import { NO_ROOMS, type RoomsAction, roomsReducer } from './rooms.reducer';

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, second)).toISOString();

const room = (id: number, rest: Partial<Room> = {}): Room => ({
  id,
  name: `Room ${id}`,
  type: 'GROUP',
  createdBy: 1,
  createdAt: at(id),
  archivedAt: null,
  seq: 0,
  epoch: 1,
  memberCount: 1,
  myRole: 'OWNER',
  lastMessage: null,
  unread: 0,
  ...rest,
});

const message = (roomId: number, seq: number): Message => ({
  id: seq,
  roomId,
  seq,
  senderId: 7,
  content: 'hi',
  type: 'TEXT',
  fileUrl: null,
  clientId: null,
  isEdited: false,
  createdAt: at(30 + seq),
  updatedAt: at(30 + seq),
  deletedAt: null,
  sender: { id: 7, name: 'Ann', picture: null },
});

const listed: RoomsAction = { type: 'listed', rooms: [room(2), room(1)], nextCursor: null };
const posted = (roomId: number, seq: number, mine = false): RoomsAction => ({
  type: 'posted',
  message: message(roomId, seq),
  mine,
});
const run = (...actions: RoomsAction[]) => actions.reduce(roomsReducer, NO_ROOMS);
const ids = (...actions: RoomsAction[]) => run(...actions).rooms.map(({ id }) => id);

describe('list of rooms', () => {
  test('a message moves its room to the top and counts as unread once', () => {
    const { rooms } = run(listed, posted(1, 1), posted(1, 1));
    expect(rooms[0]).toMatchObject({ id: 1, unread: 1, seq: 1, lastMessage: { seq: 1 } });
  });

  test('my own message is not unread', () => {
    expect(run(listed, posted(1, 1, true)).rooms[0]?.unread).toBe(0);
  });

  test('an answer asked for before an event does not undo it', () => {
    const { rooms } = run(listed, posted(1, 1), { type: 'loaded', room: room(1) }, listed);
    expect(rooms.find(({ id }) => id === 1)?.lastMessage?.seq).toBe(1);
  });

  test('the preview follows edits and deletions of the last message only', () => {
    const edited: RoomsAction = { type: 'edited', roomId: 1, seq: 2, messageId: 1, content: 'new' };
    const deleted: RoomsAction = { type: 'deleted', roomId: 1, seq: 3, messageId: 99, deletedAt: at(50) };
    expect(run(listed, posted(1, 1), edited, deleted).rooms[0]).toMatchObject({
      seq: 3,
      lastMessage: { content: 'new', deletedAt: null },
    });
  });

  test('rooms come and go', () => {
    expect(ids(listed, { type: 'loaded', room: room(9) })).toEqual([9, 2, 1]);
    expect(ids(listed, { type: 'gone', roomId: 2 })).toEqual([1]);
    expect(ids(listed, { type: 'listed', rooms: [room(1)], nextCursor: null })).toEqual([1]);
  });

  test('a further page is added to the list', () => {
    expect(ids(listed, { type: 'listedMore', rooms: [room(3), room(2)], nextCursor: null })).toEqual([3, 2, 1]);
  });
});
