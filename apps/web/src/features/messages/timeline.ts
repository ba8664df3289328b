import type { Message, User } from '@dream-studio/sdk';
import { dayKey } from '@/lib/format';
import type { PendingMessage } from './messages.reducer';

/** One row of the conversation: a message, sent or on its way, and where it stands among its neighbours. */
export interface MessageRowModel {
  kind: 'message';
  /** The same before and after sending, so that the row stays itself. */
  key: string;
  senderId: number;
  sender: User;
  content: string;
  createdAt: string;
  /** What the server has; absent while sending. */
  message?: Message;
  pending?: PendingMessage;
  /** First and last of a run: messages of one sender in quick succession. */
  startsRun: boolean;
  endsRun: boolean;
}

export interface DayRowModel {
  kind: 'day';
  key: string;
  date: string;
}

export type TimelineRow = MessageRowModel | DayRowModel;

const RUN_MS = 5 * 60_000;

/** The rows to show for the messages of a room: day separators, and runs of one sender grouped. */
export function buildTimeline(items: readonly Message[], pending: readonly PendingMessage[], me: User): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let previous: MessageRowModel | undefined;
  for (const row of [...items.map(sentRow), ...pending.map((one) => pendingRow(one, me))]) {
    const newDay = !previous || dayKey(previous.createdAt) !== dayKey(row.createdAt);
    if (newDay) rows.push({ kind: 'day', key: `day-${dayKey(row.createdAt)}-${row.key}`, date: row.createdAt });
    row.startsRun = newDay || !previous || !continues(previous, row);
    if (previous) previous.endsRun = row.startsRun;
    rows.push(row);
    previous = row;
  }
  return rows;
}

const continues = (previous: MessageRowModel, next: MessageRowModel) =>
  previous.senderId === next.senderId &&
  previous.message?.type !== 'SYSTEM' &&
  next.message?.type !== 'SYSTEM' &&
  Date.parse(next.createdAt) - Date.parse(previous.createdAt) < RUN_MS;

const sentRow = (message: Message): MessageRowModel => ({
  kind: 'message',
  key: message.clientId ?? `id-${message.id}`,
  senderId: message.senderId,
  sender: message.sender,
  content: message.content,
  createdAt: message.createdAt,
  message,
  startsRun: true,
  endsRun: true,
});

const pendingRow = (pending: PendingMessage, me: User): MessageRowModel => ({
  kind: 'message',
  key: pending.clientId,
  senderId: me.id,
  sender: me,
  content: pending.content,
  createdAt: pending.createdAt,
  pending,
  startsRun: true,
  endsRun: true,
});
