import { backoffMs } from './backoff.js';
import { type ChatError, toChatError } from './errors.js';
import { getOrCreate } from './get-or-create.js';
import type { Limiter } from './limiter.js';
import { type StoredMessage, toErrorBody, waiting } from './outbox/storage.js';

export interface SendQueueOptions {
  /** Rejects with a `ChatError` when it is not stored, as far as this side knows. */
  send(message: StoredMessage): Promise<unknown>;
  limiter: Limiter;
  /** A message has another state now. */
  onChange(message: StoredMessage): void;
  /** The room's next send waits for the limit until this instant; null when it waits no more. */
  onLimited(roomId: number, until: number | null): void;
}

/**
 * Sends messages: those of one room in the order they were given, each until the server has stored it or refused it for
 * good. A message keeps its `clientId` over all tries, so the server stores it once.
 */
export interface SendQueue {
  /**
   * Adds a message to the others of its room, in its order, unless it is there. With `atOnce` the room's next try is now,
   * whatever it waits for.
   */
  add(message: StoredMessage, atOnce?: boolean): void;
  /** Takes a message out. One under way may arrive all the same. */
  discard(roomId: number, clientId: string): void;
  /** There is a connection again: what waits is tried at once. */
  wake(): void;
  /** Forgets everything. */
  clear(): void;
}

interface Lane {
  /** By `clientId`. */
  waiting: Map<string, StoredMessage>;
  sending: boolean;
  failures: number;
  /** For the next try, or the limit. */
  waits: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

const firstOf = ({ waiting }: Lane) => [...waiting.values()].sort((a, b) => a.order - b.order)[0];

/** A refused token is the connection's matter: the message waits for another one. */
const isPassing = (error: ChatError) => error.retryable || error.code === 'UNAUTHENTICATED';

export const createSendQueue = ({ send, limiter, onChange, onLimited }: SendQueueOptions): SendQueue => {
  const lanes = new Map<number, Lane>();

  const laneOf = (roomId: number): Lane =>
    getOrCreate(lanes, roomId, () => ({ waiting: new Map(), sending: false, failures: 0, waits: false }));

  const later = (roomId: number, lane: Lane, ms: number) => {
    clearTimeout(lane.timer);
    lane.waits = true;
    lane.timer = setTimeout(() => void run(roomId), ms);
  };

  const update = (lane: Lane, message: StoredMessage) => {
    lane.waiting.set(message.clientId, message);
    onChange(message);
  };

  const attempt = async (lane: Lane, message: StoredMessage) => {
    const { roomId, clientId } = message;
    onChange({ ...message, status: 'sending', error: null });
    try {
      await send(message);
      lane.failures = 0;
      lane.waiting.delete(clientId);
    } catch (cause) {
      const error = toChatError(cause);
      // Discarded meanwhile.
      if (!lane.waiting.has(clientId)) return;
      if (!isPassing(error)) {
        lane.waiting.delete(clientId);
        return onChange({ ...message, status: 'failed', error: toErrorBody(error) });
      }
      update(lane, { ...message, status: 'queued', error: toErrorBody(error) });
      if (error.code === 'RATE_LIMITED' && error.retryAfterMs) limiter.block(error.retryAfterMs);
      else later(roomId, lane, backoffMs(++lane.failures));
    }
  };

  const run = async (roomId: number): Promise<void> => {
    const lane = laneOf(roomId);
    const first = firstOf(lane);
    if (lane.sending) return;
    clearTimeout(lane.timer);
    lane.waits = false;
    if (!first) return void lanes.delete(roomId);
    const waitMs = limiter.take();
    onLimited(roomId, waitMs > 0 ? Date.now() + waitMs : null);
    if (waitMs > 0) return later(roomId, lane, waitMs);
    lane.sending = true;
    await attempt(lane, first);
    lane.sending = false;
    if (lanes.get(roomId) === lane && !lane.waits) await run(roomId);
  };

  return {
    add: (message, atOnce = false) => {
      const { roomId, clientId } = message;
      const lane = laneOf(roomId);
      const isNew = !lane.waiting.has(clientId);
      if (isNew) update(lane, waiting(message));
      // Behind a message that waits for its next try, it waits too.
      if (atOnce || (isNew && !lane.waits)) void run(roomId);
    },
    discard: (roomId, clientId) => {
      const lane = lanes.get(roomId);
      if (!lane) return;
      lane.waiting.delete(clientId);
      if (lane.waiting.size > 0 || lane.sending) return;
      onLimited(roomId, null);
      void run(roomId);
    },
    wake: () => {
      for (const [roomId, lane] of lanes) {
        lane.failures = 0;
        void run(roomId);
      }
    },
    clear: () => {
      for (const lane of lanes.values()) {
        clearTimeout(lane.timer);
        lane.waiting.clear();
      }
      lanes.clear();
    },
  };
};
