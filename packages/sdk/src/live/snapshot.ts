import type { Message, User } from '@dream-studio/contracts';
import { ChatError } from '../errors.js';
import { getOrCreate } from '../get-or-create.js';
import type { StoredMessage } from '../outbox/storage.js';
import type { RoomEntry } from '../store/chat-state.js';
import { memoizeLast } from '../store/memoize.js';
import type { RoomSnapshot, TimelineMessage } from './types.js';

/** One line for one message, for as long as that message is the same: rows are compared by reference. */
const sent = new WeakMap<Message, TimelineMessage>();
const pendings = new WeakMap<StoredMessage, TimelineMessage>();

const sentLine = (message: Message): TimelineMessage =>
  getOrCreate(sent, message, () => ({
    ...message,
    key: message.clientId ?? `id-${message.id}`,
    status: 'sent',
    error: null,
  }));

export const pendingLine = (sender: User, pending: StoredMessage): TimelineMessage =>
  getOrCreate(pendings, pending, () => {
    const { order, error, ...message } = pending;
    return {
      ...message,
      key: message.clientId,
      id: null,
      seq: null,
      senderId: sender.id,
      sender,
      type: message.type ?? 'TEXT',
      fileUrl: message.fileUrl ?? null,
      isEdited: false,
      updatedAt: message.createdAt,
      deletedAt: null,
      error: error && new ChatError(error),
    };
  });

/** Makes the snapshots of one room: the same object for the same entry, the same `messages` for the same messages. */
export const createSnapshots = (me: () => User) => {
  const messagesOf = memoizeLast(
    ([messages, pending]: readonly [RoomEntry['messages'], RoomEntry['pending']]): readonly TimelineMessage[] => [
      ...(messages ?? []).map(sentLine),
      ...pending.map((one) => pendingLine(me(), one)),
    ],
  );
  const snapshotOf = memoizeLast(([entry]: readonly [RoomEntry]): RoomSnapshot => {
    const { messages, pending, olderCursor, toldSeq, ...shown } = entry;
    return { ...shown, messages: messagesOf([messages, pending]), hasOlder: olderCursor !== null };
  });
  return (entry: RoomEntry) => snapshotOf([entry]);
};
