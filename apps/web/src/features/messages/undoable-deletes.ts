import { createStore, type ReadableStore } from '@/lib/store';

/** Deletions that can still be taken back. */
export interface UndoableDeletes {
  /** Ids of the messages to hide: their deletion waits, or is on its way. */
  readonly hidden: ReadableStore<ReadonlySet<number>>;
  /** Deletes the message once the time to change one's mind is over. */
  schedule(messageId: number): void;
  /** Shows the message again, if it is not too late. */
  undo(messageId: number): void;
  /** Carries out at once what waits. */
  flush(): void;
}

interface Options {
  waitMs: number;
  /** Rejects when the message could not be deleted: it is shown again. */
  remove: (messageId: number) => Promise<unknown>;
  onError: (error: unknown) => void;
}

export function createUndoableDeletes({ waitMs, remove, onError }: Options): UndoableDeletes {
  const hidden = createStore<ReadonlySet<number>>(new Set());
  const waiting = new Map<number, ReturnType<typeof setTimeout>>();

  const show = (messageId: number) =>
    hidden.set((ids) => (ids.has(messageId) ? new Set([...ids].filter((id) => id !== messageId)) : ids));

  const carryOut = async (messageId: number) => {
    clearTimeout(waiting.get(messageId));
    if (!waiting.delete(messageId)) return;
    try {
      await remove(messageId);
    } catch (error) {
      onError(error);
    }
    show(messageId);
  };

  return {
    hidden,
    schedule(messageId) {
      if (hidden.get().has(messageId)) return;
      hidden.set((ids) => new Set([...ids, messageId]));
      waiting.set(
        messageId,
        setTimeout(() => void carryOut(messageId), waitMs),
      );
    },
    undo(messageId) {
      clearTimeout(waiting.get(messageId));
      if (waiting.delete(messageId)) show(messageId);
    },
    flush() {
      for (const messageId of [...waiting.keys()]) void carryOut(messageId);
    },
  };
}
