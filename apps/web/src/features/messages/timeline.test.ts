import type { Message, User } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
import { buildTimeline } from './timeline';

const me: User = { id: 1, name: 'Me', picture: null };
const ann: User = { id: 7, name: 'Ann', picture: null };

const message = (seq: number, date: Date, sender = ann, rest: Partial<Message> = {}): Message => ({
  id: seq,
  roomId: 1,
  seq,
  senderId: sender.id,
  content: String(seq),
  type: 'TEXT',
  fileUrl: null,
  clientId: null,
  isEdited: false,
  createdAt: date.toISOString(),
  updatedAt: date.toISOString(),
  deletedAt: null,
  sender,
  ...rest,
});

const clock = (minute: number, day = 23) => new Date(2026, 10, day, 9, minute);
const shape = (items: Message[]) =>
  buildTimeline(items, [], me).map((row) =>
    row.kind === 'day' ? 'day' : `${row.content}${row.startsRun ? ' starts' : ''}${row.endsRun ? ' ends' : ''}`,
  );

describe('timeline', () => {
  test('groups messages of one sender in quick succession', () => {
    expect(shape([message(1, clock(0)), message(2, clock(1)), message(3, clock(2), me)])).toEqual([
      'day',
      '1 starts',
      '2 ends',
      '3 starts ends',
    ]);
  });

  test('a pause of five minutes or a new day starts a new run', () => {
    expect(shape([message(1, clock(0)), message(2, clock(5)), message(3, clock(5, 24))])).toEqual([
      'day',
      '1 starts ends',
      '2 starts ends',
      'day',
      '3 starts ends',
    ]);
  });

  test('a message keeps its key when the server has it', () => {
    const pending = {
      clientId: 'abc',
      content: 'hi',
      createdAt: clock(0).toISOString(),
      status: 'sending' as const,
      error: null,
      retryAt: null,
    };
    const sent = message(1, clock(0), me, { clientId: 'abc' });
    const keys = [buildTimeline([], [pending], me), buildTimeline([sent], [], me)].map((rows) => rows[1]?.key);
    expect(keys).toEqual(['abc', 'abc']);
  });

  test('an empty room has no rows', () => {
    expect(buildTimeline([], [], me)).toEqual([]);
  });
});
