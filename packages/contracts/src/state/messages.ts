import type { Payload } from '../derive.js';
import type { Message } from '../features/message.js';

/** The messages with others put in: each once, by `seq`, the newer state of one that is in both. */
export const withMessages = (known: readonly Message[], incoming: readonly Message[]): readonly Message[] => {
  const last = known.at(-1);
  // The hot path: a new message goes to the end.
  if (incoming.length === 1 && incoming[0] && (!last || incoming[0].seq > last.seq)) return [...known, incoming[0]];
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of incoming) {
    const before = byId.get(message.id);
    byId.set(message.id, before ? newerMessage(before, message) : message);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
};

/** A deletion is final, an edit is never undone; else the later change counts, of two at the same time the second. */
export const newerMessage = (known: Message, next: Message): Message => {
  if (isSame(known, next)) return known;
  if (known.deletedAt || next.deletedAt) return next.deletedAt ? next : known;
  if (known.isEdited !== next.isEdited) return known.isEdited ? known : next;
  return Date.parse(next.updatedAt) < Date.parse(known.updatedAt) ? known : next;
};

/** Whether all that can change is the same: then the object may stay the same, too. */
const isSame = (a: Message, b: Message) =>
  a.content === b.content && a.isEdited === b.isEdited && a.updatedAt === b.updatedAt && a.deletedAt === b.deletedAt;

/** The messages with a change made to each; the same array when it changes none. */
export const withChange = (messages: readonly Message[], change: (message: Message) => Message): readonly Message[] => {
  const changed = messages.map(change);
  return changed.every((message, index) => message === messages[index]) ? messages : changed;
};

export const edited =
  ({ messageId, content, updatedAt }: Payload<'message:edited'>) =>
  (message: Message): Message =>
    message.id !== messageId || message.deletedAt || Date.parse(updatedAt) < Date.parse(message.updatedAt)
      ? message
      : { ...message, content, updatedAt, isEdited: true };

export const deletedMessage = (message: Message, at: string): Message => ({
  ...message,
  content: '',
  fileUrl: null,
  deletedAt: at,
  updatedAt: at,
});

/** The event knows when: who made the call has guessed it. */
export const deleted =
  ({ messageId, deletedAt }: Payload<'message:deleted'>) =>
  (message: Message): Message =>
    message.id !== messageId || message.deletedAt === deletedAt ? message : deletedMessage(message, deletedAt);
