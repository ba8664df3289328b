import type { ChatAction } from '../store/chat-state.js';
import type { OutboxStorage, StoredMessage } from './storage.js';

export interface ShelfOptions {
  /** Must not reject. */
  storage: OutboxStorage;
  dispatch(action: ChatAction): void;
  /** Once aborted nothing is shown any more. */
  signal: AbortSignal;
}

/** A user's unsent messages: what this tab knows and shows of them, and what is stored. */
export interface Shelf {
  get(clientId: string): StoredMessage | undefined;
  /** All of them, in their order. */
  all(): StoredMessage[];
  /** Sent or discarded: what is said of it now is late. */
  isGone(clientId: string): boolean;
  /** Written here, and not stored yet. */
  isUnstored(clientId: string): boolean;
  show(message: StoredMessage): void;
  /** Stores what is shown already. */
  save(message: StoredMessage): void;
  /**
   * Shows a message written in this tab, behind all others unless it has its place, and stores it. Resolves with it once
   * it is stored; with undefined when it is gone by then.
   */
  add(message: StoredMessage, hasPlace: boolean): Promise<StoredMessage | undefined>;
  /** It is sent or discarded. */
  remove(clientId: string): void;
  hide(roomId: number, clientId: string): void;
  /**
   * Shows what is stored. Of the `doubted`, which may have been sent or discarded while this tab could not be told, those
   * that are not stored are hidden.
   */
  load(doubted: readonly StoredMessage[]): Promise<void>;
}

export const createShelf = (scope: string, { storage, dispatch, signal }: ShelfOptions): Shelf => {
  const messages = new Map<string, StoredMessage>();
  const gone = new Set<string>();
  const unstored = new Set<string>();
  /** Changed since the load under way began: newer than what it finds. */
  const touched = new Set<string>();
  let lastOrder = 0;
  let chain = Promise.resolve();

  /** One after the other, so that a load finds what was stored before. */
  const inTurn = (work: () => Promise<void>) => {
    chain = chain.then(work);
    return chain;
  };

  const tell = (action: ChatAction) => {
    if (!signal.aborted) dispatch(action);
  };

  const show = (message: StoredMessage) => {
    const { clientId, roomId } = message;
    touched.add(clientId);
    messages.set(clientId, message);
    if (!unstored.has(clientId)) lastOrder = Math.max(lastOrder, message.order);
    tell({ type: 'pending.put', roomId, pending: message });
  };

  const hide = (roomId: number, clientId: string) => {
    messages.delete(clientId);
    tell({ type: 'pending.removed', roomId, clientId });
  };

  return {
    get: (clientId) => messages.get(clientId),
    all: () => [...messages.values()].sort((a, b) => a.order - b.order),
    isGone: (clientId) => gone.has(clientId),
    isUnstored: (clientId) => unstored.has(clientId),
    show,
    hide,
    save: (message) => void inTurn(() => storage.put(scope, message)),

    add: async (written, hasPlace) => {
      const { clientId } = written;
      unstored.add(clientId);
      show(written);
      await inTurn(async () => {
        unstored.delete(clientId);
        if (!messages.has(clientId)) return;
        // Only now is it known what was written before, whatever the clock says.
        const message = hasPlace ? written : { ...written, order: Math.max(written.order, lastOrder + 1) };
        show(message);
        await storage.put(scope, message);
      });
      return messages.get(clientId);
    },

    remove: (clientId) => {
      gone.add(clientId);
      messages.delete(clientId);
      void inTurn(() => storage.remove(scope, clientId));
    },

    load: (doubted) =>
      inTurn(async () => {
        touched.clear();
        const stored = await storage.load(scope);
        const found = new Set(stored.map(({ clientId }) => clientId));
        for (const { roomId, clientId } of doubted) {
          if (!found.has(clientId) && !touched.has(clientId) && !unstored.has(clientId)) hide(roomId, clientId);
        }
        for (const message of stored) {
          const { clientId, error } = message;
          const isNews = !messages.has(clientId) || error !== null;
          if (isNews && !gone.has(clientId) && !touched.has(clientId)) show(message);
        }
      }),
  };
};
