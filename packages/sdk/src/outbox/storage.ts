import type { ErrorBody } from '@dream-studio/contracts';
import type { ChatError } from '../errors.js';
import type { Outgoing, SendStatus } from '../live/types.js';
import { randomId } from '../random-id.js';

/** A message that the server does not have yet, as plain data: fit for `JSON.stringify` and for IndexedDB. */
export interface StoredMessage extends Outgoing {
  roomId: number;
  /** Unique among the user's messages. */
  clientId: string;
  /** ISO, by this machine's clock. */
  createdAt: string;
  /** Where it stands among the others: those of one room are sent from the lowest on. */
  order: number;
  status: Exclude<SendStatus, 'sent'>;
  /** Why it failed. */
  error: ErrorBody | null;
}

/**
 * Where unsent messages are kept so that they survive the end of the app. What belongs to one scope (a server and a user)
 * must never show up in another.
 *
 * A storage may fail: what it did not take stays in memory for as long as the client lives.
 */
export interface OutboxStorage {
  /** All messages of the scope, in any order. */
  load(scope: string): Promise<readonly StoredMessage[]>;
  /** Adds a message, or replaces the one of that `clientId`. Resolves once it would survive. */
  put(scope: string, message: StoredMessage): Promise<void>;
  /** Takes a message out, if it is there. */
  remove(scope: string, clientId: string): Promise<void>;
}

/** A message as it is written. Only what it needs: whatever else the app has put into it is not for keeping. */
export const newMessage = (roomId: number, { content, type, fileUrl }: Outgoing): StoredMessage => ({
  roomId,
  clientId: randomId(),
  content,
  ...(type !== undefined && { type }),
  ...(fileUrl !== undefined && { fileUrl }),
  createdAt: new Date().toISOString(),
  order: Date.now(),
  status: 'queued',
  error: null,
});

/** The message as one that has its next try before it. */
export const waiting = (message: StoredMessage): StoredMessage => ({ ...message, status: 'queued', error: null });

export const toErrorBody = ({ code, message, retryable, retryAfterMs, issues, details }: ChatError): ErrorBody => ({
  code,
  message,
  retryable,
  retryAfterMs,
  issues,
  details,
});
