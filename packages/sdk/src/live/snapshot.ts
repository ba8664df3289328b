import type { Message, User } from '@dream-studio/contracts';
import type { PendingMessage, RoomEntry } from '../store/chat-state.js';
import type { RoomSnapshot, TimelineMessage } from './types.js';

/** One line for one message, for as long as that message is the same: rows are compared by reference. */
const sent = new WeakMap<Message, TimelineMessage>();
const pendings = new WeakMap<PendingMessage, TimelineMessage>();

const sentLine = (message: Message): TimelineMessage => {
  const known = sent.get(message);
  if (known) return known;
  const line: TimelineMessage = {
    ...message,
    key: message.clientId ?? `id-${message.id}`,
    status: 'sent',
    error: null,
  };
  sent.set(message, line);
  return line;
};

export const pendingLine = (roomId: number, sender: User, pending: PendingMessage): TimelineMessage => {
  const known = pendings.get(pending);
  if (known) return known;
  const { clientId, content, type, fileUrl, createdAt, status, error } = pending;
  const line: TimelineMessage = {
    key: clientId,
    id: null,
    seq: null,
    roomId,
    clientId,
    senderId: sender.id,
    sender,
    content,
    type: type ?? 'TEXT',
    fileUrl: fileUrl ?? null,
    isEdited: false,
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
    status,
    error,
  };
  pendings.set(pending, line);
  return line;
};

const NO_MESSAGES: readonly Message[] = [];

/** Makes the snapshots of one room: the same object for the same entry, the same `messages` for the same messages. */
export const createSnapshots = (roomId: number, me: () => User) => {
  let last: { entry: RoomEntry; snapshot: RoomSnapshot } | undefined;

  const messagesOf = (entry: RoomEntry): readonly TimelineMessage[] => {
    if (last && last.entry.messages === entry.messages && last.entry.pending === entry.pending) {
      return last.snapshot.messages;
    }
    const sender = me();
    return [
      ...(entry.messages ?? NO_MESSAGES).map(sentLine),
      ...entry.pending.map((pending) => pendingLine(roomId, sender, pending)),
    ];
  };

  return (entry: RoomEntry): RoomSnapshot => {
    if (last?.entry === entry) return last.snapshot;
    const { status, error, room, loadingOlder, members, typingUserIds, onlineCount, activeCall, limitedUntil } = entry;
    const snapshot: RoomSnapshot = {
      status,
      error,
      room,
      messages: messagesOf(entry),
      hasOlder: entry.olderCursor !== null,
      loadingOlder,
      members,
      typingUserIds,
      onlineCount,
      activeCall,
      limitedUntil,
    };
    last = { entry, snapshot };
    return snapshot;
  };
};
