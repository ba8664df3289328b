import type { Payload } from '../derive.js';
import type { Message } from '../features/message.js';
import type { Room } from '../features/room.js';
import { BOUNDS } from '../limits.js';
import { deleted, edited, newerMessage } from './messages.js';

/** Each makes a room of a room: what an event says about its line in the list. */
type Change = (room: Room) => Room;

/** What an entry of the log changes in the line: one that the room has in already must not count twice. */
export const withEntry =
  (seq: number, change: (room: Room) => Partial<Room>): Change =>
  (room) =>
    seq > room.seq ? { ...room, ...change(room), seq } : room;

/** The later of two messages, and of one message its newer state; a message may be known before its entry comes. */
export const laterMessage = (known: Message | null, next: Message): Message => {
  if (known?.id === next.id) return newerMessage(known, next);
  return known && known.seq > next.seq ? known : next;
};

/**
 * A message counts as unread with its entry, deleted or not: the log has messages as they are now, and the entry that
 * tells of a deletion follows and takes it back.
 */
export const withNewMessage = (message: Message, userId: number): Change =>
  withEntry(message.seq, ({ lastMessage, unread, readSeq }) => ({
    lastMessage: laterMessage(lastMessage, message),
    unread: unread + (message.seq > readSeq && message.senderId !== userId ? 1 : 0),
  }));

export const withEditedMessage = (change: Payload<'message:edited'>): Change =>
  withEntry(change.seq, ({ lastMessage }) => ({ lastMessage: lastMessage && edited(change)(lastMessage) }));

export const withDeletedMessage = (change: Payload<'message:deleted'>, userId: number): Change =>
  withEntry(change.seq, ({ lastMessage, unread, readSeq }) => ({
    lastMessage: lastMessage && deleted(change)(lastMessage),
    unread: change.messageSeq > readSeq && change.senderId !== userId ? oneLess(unread) : unread,
  }));

/** The server's highest count stands for more than that: it stays. */
const oneLess = (unread: number): number => (unread === BOUNDS.unreadMax ? unread : Math.max(0, unread - 1));

/**
 * How many messages are unread once everything up to `seq` is read. `isCertain` is false where what is loaded does not
 * tell: messages are missing (then the count stays what it was), or one is deleted, and a page may have it so before the
 * log says it.
 */
export const unreadAfter = (
  room: Room,
  messages: readonly Message[] | null,
  seq: number,
  userId: number,
): { unread: number; isCertain: boolean } => {
  const last = room.lastMessage?.seq ?? 0;
  if (seq >= last || seq >= room.seq) return { unread: 0, isCertain: true };
  const [first, end] = [messages?.[0], messages?.at(-1)];
  if (!messages || !first || !end || first.seq > seq + 1 || end.seq < last) {
    return { unread: room.unread, isCertain: false };
  }
  const others = messages.filter((m) => m.seq > seq && m.seq <= room.seq && m.senderId !== userId);
  const unread = others.filter(({ deletedAt }) => !deletedAt).length;
  return { unread, isCertain: unread === others.length };
};

/** The pointer only moves forward. */
export const withRead =
  (seq: number, messages: readonly Message[] | null, userId: number): Change =>
  (room) =>
    seq <= room.readSeq ? room : { ...room, readSeq: seq, unread: unreadAfter(room, messages, seq, userId).unread };

/** For a room whose log is not followed. `seq` stays: other changes up to it may still be on their way. */
export const withActivity =
  ({ lastMessage, unread, readSeq }: Payload<'room:activity'>): Change =>
  (room) => {
    if (readSeq < room.readSeq || (lastMessage?.seq ?? 0) < (room.lastMessage?.seq ?? 0)) return room;
    return { ...room, lastMessage: lastMessage && laterMessage(room.lastMessage, lastMessage), unread, readSeq };
  };

/**
 * The newer of two snapshots of a room: the one with the higher `seq`, with the further read pointer. A changed `epoch`
 * means another log: then the second.
 */
export const newerRoom = (known: Room, next: Room): Room => {
  if (known.epoch !== next.epoch) return next;
  if (next.seq < known.seq) return known;
  if (next.readSeq >= known.readSeq) return next;
  // At most: every entry that is new may be a message of someone else.
  const unread = Math.min(next.unread, known.unread + next.seq - known.seq);
  const isRead = (next.lastMessage?.seq ?? 0) <= known.readSeq;
  return { ...next, readSeq: known.readSeq, unread: isRead ? 0 : unread };
};
