import type { Message } from '@dream-studio/contracts';
import type { Limiter } from '../limiter.js';
import { createSendQueue } from '../send-queue.js';
import { createShelf, type ShelfOptions } from './shelf.js';
import { type StoredMessage, waiting } from './storage.js';
import type { JoinTabs, Seat, TabMessage } from './tabs.js';

export interface BoxOptions extends Pick<ShelfOptions, 'storage' | 'dispatch'> {
  join: JoinTabs;
  limiter: Limiter;
  /** Sends one message as the user who is signed in. */
  send(message: StoredMessage, signal: AbortSignal): Promise<Message>;
  /** Another tab has sent it. */
  onSent(message: Message): void;
}

/** The unsent messages of one user on one server, wherever in this browser they were written. */
export interface Box {
  add(message: StoredMessage): void;
  retry(clientId: string): void;
  discard(roomId: number, clientId: string): void;
  wake(): void;
  /** Shows what is stored, and takes part in sending it. */
  join(): void;
  /** Nothing is sent any more. What is under way may arrive all the same. */
  leave(): void;
  /** The user is gone: what is under way is called back, and nothing is shown any more. */
  abandon(): void;
}

/**
 * One of the tabs sends for all of them. The others store what they have and tell; a tab that takes over goes on with
 * what is stored. A message keeps its `clientId`, so that one sent by two of them is still stored once by the server.
 */
export const createBox = (scope: string, options: BoxOptions): Box => {
  const { dispatch } = options;
  const abandoning = new AbortController();
  const { signal } = abandoning;
  const shelf = createShelf(scope, { ...options, signal });
  let seat: Seat | null = null;
  /** Changes with each coming and going. */
  let turn = 0;
  let leads = false;

  const limited = (roomId: number, limitedUntil: number | null) =>
    dispatch({ type: 'room.changed', roomId, change: { limitedUntil } });

  const post = (message: TabMessage) => seat?.post(message);

  const queue = createSendQueue({
    limiter: options.limiter,
    send: async (pending) => {
      const { clientId } = pending;
      const message = await options.send(pending, signal);
      shelf.remove(clientId);
      post({ type: 'sent', clientId, message });
    },
    onChange: (message) => {
      if (!shelf.get(message.clientId)) return;
      shelf.show(message);
      post({ type: 'put', message });
      if (message.status === 'failed') shelf.save(message);
    },
    onLimited: (roomId, until) => {
      limited(roomId, until);
      post({ type: 'limited', roomId, until });
    },
  });

  /** Stores a message of this tab, and then has it sent. */
  const submit = async (written: StoredMessage, again: boolean) => {
    const message = await shelf.add(written, again);
    if (!message) return;
    if (leads) queue.add(message, again);
    else post({ type: 'put', message });
  };

  const lead = async (mine: number) => {
    await shelf.load([]);
    if (mine !== turn) return;
    leads = true;
    for (const message of shelf.all()) {
      if (shelf.isUnstored(message.clientId)) continue;
      post({ type: 'put', message });
      if (message.status !== 'failed') queue.add(message);
    }
  };

  const put = (message: StoredMessage) => {
    const { clientId } = message;
    if (shelf.isGone(clientId)) return;
    const again = shelf.get(clientId) !== undefined;
    shelf.show(message);
    if (leads && message.status === 'queued') queue.add(message, again);
  };

  const removed = (roomId: number, clientId: string) => {
    queue.discard(roomId, clientId);
    shelf.remove(clientId);
    shelf.hide(roomId, clientId);
  };

  const receive = (news: TabMessage) => {
    switch (news.type) {
      case 'look':
        return void (leads && lead(turn));
      case 'put':
        return put(news.message);
      case 'sent':
        shelf.remove(news.clientId);
        return options.onSent(news.message);
      case 'discarded':
        return removed(news.roomId, news.clientId);
      case 'limited':
        return limited(news.roomId, news.until);
    }
  };

  const leave = () => {
    turn += 1;
    leads = false;
    seat?.leave();
    seat = null;
    queue.clear();
    for (const message of shelf.all()) if (message.status === 'sending') shelf.show(waiting(message));
  };

  return {
    add: (message) => void submit(message, false),
    retry: (clientId) => {
      const message = shelf.get(clientId);
      if (message) void submit(waiting(message), true);
    },
    discard: (roomId, clientId) => {
      removed(roomId, clientId);
      post({ type: 'discarded', roomId, clientId });
    },
    wake: queue.wake,
    join: () => {
      if (seat) return;
      const mine = ++turn;
      void shelf.load(shelf.all()).then(() => post({ type: 'look' }));
      seat = options.join(scope, { lead: () => void lead(mine), receive });
    },
    leave,
    abandon: () => {
      abandoning.abort();
      leave();
    },
  };
};
