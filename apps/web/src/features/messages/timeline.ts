import type { TimelineMessage } from '@dream-studio/sdk';
import { dayKey } from '@/lib/format';

/** A message and where it stands among its neighbours: the same object until one of the three changes. */
export interface MessageRowModel {
  readonly kind: 'message';
  readonly key: string;
  readonly message: TimelineMessage;
  /** First and last of a run: messages of one sender in quick succession. */
  readonly startsRun: boolean;
  readonly endsRun: boolean;
}

export interface DayRowModel {
  readonly kind: 'day';
  readonly key: string;
  readonly date: string;
}

/** Stands before the first message that had not been seen. */
export interface UnreadRowModel {
  readonly kind: 'unread';
  readonly key: 'unread';
}

export type TimelineRow = MessageRowModel | DayRowModel | UnreadRowModel;

export interface TimelineOptions {
  /** Whether there is history before the first message. */
  hasOlder: boolean;
  /** Key of the message to mark as the first new one. */
  firstUnreadKey?: string | undefined;
}

export type BuildTimeline = (messages: readonly TimelineMessage[], options: TimelineOptions) => readonly TimelineRow[];

const RUN_MS = 5 * 60_000;

interface Known {
  readonly at: number;
  readonly day: number;
  /** By `startsRun` and `endsRun`. */
  readonly rows: MessageRowModel[];
}

/**
 * Makes what turns messages into rows: days separated, runs of one sender grouped. What it found out about a message
 * it keeps, so that one more message in a room of thousands makes one or two new rows.
 *
 * While there is older history its first message waits: whether a day or a run begins with it is not known, and a row
 * that changed its height when the answer comes would move what is being read.
 */
export function createTimeline(): BuildTimeline {
  const known = new WeakMap<TimelineMessage, Known>();
  const recall = (message: TimelineMessage): Known => {
    const found = known.get(message);
    if (found) return found;
    const fresh = { at: Date.parse(message.createdAt), day: dayKey(message.createdAt), rows: [] };
    known.set(message, fresh);
    return fresh;
  };
  const startsRun = (previous: TimelineMessage | undefined, next: TimelineMessage) =>
    !previous ||
    previous.senderId !== next.senderId ||
    previous.type === 'SYSTEM' ||
    next.type === 'SYSTEM' ||
    recall(previous).day !== recall(next).day ||
    recall(next).at - recall(previous).at >= RUN_MS;

  const rowOf = (message: TimelineMessage, starts: boolean, ends: boolean): MessageRowModel => {
    const { rows } = recall(message);
    const place = (starts ? 1 : 0) + (ends ? 2 : 0);
    const row: MessageRowModel = rows[place] ?? {
      kind: 'message',
      key: message.key,
      message,
      startsRun: starts,
      endsRun: ends,
    };
    rows[place] = row;
    return row;
  };

  return (messages, { hasOlder, firstUnreadKey }) => {
    const rows: TimelineRow[] = [];
    const begins = (index: number, message: TimelineMessage) =>
      message.key === firstUnreadKey || startsRun(messages[index - 1], message);
    for (let index = hasOlder && messages.length > 1 ? 1 : 0; index < messages.length; index++) {
      const message = messages[index] as TimelineMessage;
      const previous = messages[index - 1];
      const next = messages[index + 1];
      if (previous ? recall(previous).day !== recall(message).day : !hasOlder) {
        rows.push({ kind: 'day', key: `day-${message.key}`, date: message.createdAt });
      }
      if (message.key === firstUnreadKey) rows.push({ kind: 'unread', key: 'unread' });
      rows.push(rowOf(message, begins(index, message), !next || begins(index + 1, next)));
    }
    return rows;
  };
}
