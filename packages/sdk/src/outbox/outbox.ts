import { backoffMs } from '../backoff.js';
import type { Tokens } from '../tokens.js';
import { type Box, type BoxOptions, createBox } from './box.js';
import type { StoredMessage } from './storage.js';

/**
 * Sends messages: those of one room in the order they were given, each until the server has stored it or refused it for
 * good. They are stored before they are tried, so that they outlive the app, and sent by one tab of the browser.
 */
export interface Outbox {
  add(message: StoredMessage): void;
  /** Sends a failed message again, or one that waits at once. */
  retry(clientId: string): void;
  /** Takes a message out. One under way may arrive all the same. */
  discard(roomId: number, clientId: string): void;
  /** There is a connection again: what waits is tried at once. */
  wake(): void;
  /** Goes on with what is stored. */
  open(): void;
  /** Leaves sending to other tabs, and to the next `open()`. */
  close(): void;
  /** Another user may be signed in: of the last one nothing is sent or shown any more. */
  follow(): void;
}

interface OutboxOptions extends BoxOptions {
  /** Origin of the server. */
  url: string;
  tokens: Tokens;
}

/** Does nothing before `open()` or the first message. */
export const createOutbox = ({ url, tokens, ...options }: OutboxOptions): Outbox => {
  let phase: 'unused' | 'open' | 'closed' = 'unused';
  let box: Box | undefined;
  let boxOf: number | undefined;
  /** Written before it was known who is signed in. */
  let unowned: StoredMessage[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const follow = () => {
    const { userId } = tokens;
    if (userId !== boxOf) {
      box?.abandon();
      box = undefined;
    }
    boxOf = userId;
    if (userId === undefined || phase === 'unused') return;
    box ??= createBox(`${url.replace(/\/+$/, '')} ${userId}`, options);
    if (phase === 'open') box.join();
    for (const message of unowned) box.add(message);
    unowned = [];
  };

  /** Whose the messages are is in the token. */
  const identify = () => {
    clearTimeout(timer);
    if (box || phase !== 'open') return;
    tokens.current().catch(() => {
      if (phase === 'open') timer = setTimeout(identify, backoffMs(++failures));
    });
  };

  return {
    add: (message) => {
      if (phase === 'unused') phase = 'open';
      follow();
      if (box) return box.add(message);
      unowned.push(message);
      options.dispatch({ type: 'pending.put', roomId: message.roomId, pending: message });
      identify();
    },
    retry: (clientId) => box?.retry(clientId),
    discard: (roomId, clientId) => {
      unowned = unowned.filter((message) => message.clientId !== clientId);
      if (box) box.discard(roomId, clientId);
      else options.dispatch({ type: 'pending.removed', roomId, clientId });
    },
    wake: () => box?.wake(),
    open: () => {
      phase = 'open';
      follow();
    },
    close: () => {
      phase = 'closed';
      clearTimeout(timer);
      box?.leave();
    },
    follow,
  };
};
