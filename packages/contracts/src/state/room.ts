import type { Payload } from '../derive.js';
import type { Message } from '../features/message.js';
import type { Room } from '../features/room.js';
import { deleted, edited } from './messages.js';

/** Each makes a room of a room: what an event says about its line in the list. */
type Change = (room: Room) => Room;

const isUnread = (message: Message, readSeq: number, userId: number) =>
  message.seq > readSeq && message.senderId !== userId && !message.deletedAt;

export const withNewMessage =
  (message: Message, userId: number): Change =>
  (room) => {
    // In the snapshot already.
    if (message.seq <= (room.lastMessage?.seq ?? 0)) return room;
    const unread = room.unread + (isUnread(message, room.readSeq, userId) ? 1 : 0);
    return { ...room, seq: Math.max(room.seq, message.seq), lastMessage: message, unread };
  };

export const withEditedMessage =
  (change: Payload<'message:edited'>): Change =>
  (room) => ({
    ...room,
    seq: Math.max(room.seq, change.seq),
    lastMessage: room.lastMessage?.id === change.messageId ? edited(room.lastMessage, change) : room.lastMessage,
  });

export const withDeletedMessage =
  (change: Payload<'message:deleted'>, messages: readonly Message[] | null, userId: number): Change =>
  (room) => {
    const { seq, messageId, messageSeq, senderId } = change;
    // The log has messages as they are now: one that was a tombstone before this event came was never counted.
    const known = messages?.find(({ id }) => id === messageId);
    const counted = seq > room.seq && messageSeq > room.readSeq && senderId !== userId && known?.deletedAt == null;
    return {
      ...room,
      seq: Math.max(room.seq, change.seq),
      unread: counted ? Math.max(0, room.unread - 1) : room.unread,
      lastMessage: room.lastMessage?.id === change.messageId ? deleted(room.lastMessage, change) : room.lastMessage,
    };
  };

/** The pointer only moves forward. What is unread after it is counted where all of it is loaded. */
export const withRead =
  (seq: number, messages: readonly Message[] | null, userId: number): Change =>
  (room) => {
    if (seq <= room.readSeq) return room;
    const first = messages?.[0];
    const counted = first && first.seq <= seq + 1 ? messages : null;
    const nothingAfter = seq >= (room.lastMessage?.seq ?? 0);
    const unread = nothingAfter ? 0 : (counted?.filter((m) => isUnread(m, seq, userId)).length ?? room.unread);
    return { ...room, readSeq: seq, unread };
  };

/** `seq` stays: other changes up to it may still be on their way. */
export const withActivity =
  ({ lastMessage, unread, readSeq }: Payload<'room:activity'>): Change =>
  (room) => {
    if (readSeq < room.readSeq || (lastMessage?.seq ?? 0) < (room.lastMessage?.seq ?? 0)) return room;
    return { ...room, lastMessage, unread, readSeq };
  };

/** A count, unlike a name, must not be changed twice by one event: `seq` tells whether the snapshot has it in. */
export const withMemberCount =
  (seq: number, difference: 1 | -1): Change =>
  (room) =>
    seq > room.seq ? { ...room, seq, memberCount: room.memberCount + difference } : room;

/**
 * The newer of two snapshots of a room: the one with the higher `seq`, with the further read pointer. A changed `epoch`
 * means another log: then the second.
 */
export const newerRoom = (known: Room, next: Room): Room => {
  if (known.epoch !== next.epoch || next.readSeq > known.readSeq) return next;
  if (known.seq > next.seq) return known;
  return next.readSeq < known.readSeq ? { ...next, readSeq: known.readSeq, unread: known.unread } : next;
};
