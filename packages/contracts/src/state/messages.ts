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
    byId.set(message.id, before ? newer(before, message) : message);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
};

/** A deletion is final; else the later change counts. */
const newer = (known: Message, next: Message): Message => {
  if (known.deletedAt || next.deletedAt) return known.deletedAt ? known : next;
  return Date.parse(next.updatedAt) > Date.parse(known.updatedAt) ? next : known;
};

const replaced = (
  messages: readonly Message[],
  messageId: number,
  change: (message: Message) => Message,
): readonly Message[] => {
  const index = messages.findIndex(({ id }) => id === messageId);
  const message = messages[index];
  if (!message) return messages;
  const next = change(message);
  if (next === message) return messages;
  const copy = [...messages];
  copy[index] = next;
  return copy;
};

export const edited = (message: Message, { content, updatedAt }: Payload<'message:edited'>): Message =>
  message.deletedAt || Date.parse(updatedAt) < Date.parse(message.updatedAt)
    ? message
    : { ...message, content, updatedAt, isEdited: true };

export const deleted = (message: Message, { deletedAt }: Payload<'message:deleted'>): Message =>
  message.deletedAt ? message : { ...message, content: '', fileUrl: null, deletedAt, updatedAt: deletedAt };

export const withEdited = (messages: readonly Message[], change: Payload<'message:edited'>): readonly Message[] =>
  replaced(messages, change.messageId, (message) => edited(message, change));

export const withDeleted = (messages: readonly Message[], change: Payload<'message:deleted'>): readonly Message[] =>
  replaced(messages, change.messageId, (message) => deleted(message, change));
