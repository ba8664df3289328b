import type { TimelineMessage, User } from '@dream-studio/sdk';
import { describe, expect, test } from 'vitest';
import { createTimeline, type TimelineOptions } from './timeline';
import { firstUnread, markFrom, unreadReachesBack } from './unread-mark';

const me: User = { id: 1, name: 'Me', picture: null };
const ann: User = { id: 7, name: 'Ann', picture: null };

const message = (seq: number, date: Date, sender = ann, rest: Partial<TimelineMessage> = {}): TimelineMessage => ({
  key: String(seq),
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
  status: 'sent',
  error: null,
  ...rest,
});

const clock = (minute: number, day = 23) => new Date(2026, 10, day, 9, minute);
const shape = (messages: TimelineMessage[], options: Partial<TimelineOptions> = {}) =>
  createTimeline()(messages, { hasOlder: false, ...options }).map((row) =>
    row.kind === 'message' ? `${row.key}${row.startsRun ? ' starts' : ''}${row.endsRun ? ' ends' : ''}` : row.kind,
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

  test('the line before new messages starts a run', () => {
    const messages = [message(1, clock(0)), message(2, clock(1)), message(3, clock(2))];
    expect(shape(messages, { firstUnreadKey: '2' })).toEqual(['day', '1 starts ends', 'unread', '2 starts', '3 ends']);
  });

  test('rows stay as they are when an older page comes in front', () => {
    const build = createTimeline();
    const page = [message(3, clock(2)), message(4, clock(3)), message(5, clock(4), me)];
    const before = build(page, { hasOlder: true });
    expect(before.map(({ key }) => key)).toEqual(['4', '5']);
    const after = build([message(1, clock(0)), message(2, clock(1)), ...page], { hasOlder: false });
    expect(after.slice(-before.length)).toEqual(before);
    expect(after.slice(-before.length).every((row, index) => row === before[index])).toBe(true);
  });

  test('one more message renews the row before it and nothing else', () => {
    const build = createTimeline();
    const messages = [message(1, clock(0)), message(2, clock(1)), message(3, clock(2))];
    const before = build(messages, { hasOlder: false });
    const after = build([...messages, message(4, clock(3))], { hasOlder: false });
    const changed = after.filter((row) => row.kind === 'message' && !before.includes(row));
    expect(changed.map(({ key }) => key)).toEqual(['3', '4']);
  });

  test('a single message shows, whatever is before it', () => {
    expect(shape([message(1, clock(0))], { hasOlder: true })).toEqual(['1 starts ends']);
  });

  test('an empty room has no rows', () => {
    expect(shape([])).toEqual([]);
  });
});

describe('what is new', () => {
  const messages = [1, 2, 3, 4].map((seq) => message(seq, clock(seq), seq === 3 ? me : ann));

  test('begins with the first message of someone else after the read pointer', () => {
    expect(firstUnread(messages, 2, me.id)?.key).toBe('4');
    expect(firstUnread(messages, 1, me.id)?.key).toBe('2');
    expect(firstUnread(messages, 4, me.id)).toBeUndefined();
    expect(firstUnread(messages, null, me.id)).toBeUndefined();
  });

  test('messages on their way are not new', () => {
    const pending = message(0, clock(9), me, { id: null, seq: null, status: 'sending' });
    expect(firstUnread([...messages, pending], 3, me.id)?.key).toBe('4');
  });

  test('nothing is marked in a room without unread messages', () => {
    expect(markFrom({ unread: 0, readSeq: 3 })).toBeNull();
    expect(markFrom({ unread: 2, readSeq: 3 })).toBe(3);
  });

  test('may begin in a page that is not loaded', () => {
    const later = messages.slice(2);
    expect(unreadReachesBack(later, true, 1)).toBe(true);
    expect(unreadReachesBack(later, true, 2)).toBe(false);
    expect(unreadReachesBack(later, false, 1)).toBe(false);
    expect(unreadReachesBack(later, true, null)).toBe(false);
  });
});
