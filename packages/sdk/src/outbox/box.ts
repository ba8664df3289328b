import type { Message } from '@dream-studio/contracts';
import type { Limiter } from '../limiter.js';
import { createSendQueue } from '../send-queue.js';
import type { ChatAction, PendingMessage } from '../store/chat-state.js';
import { type OutboxStorage, type StoredMessage, toPending, toStored } from './storage.js';
import type { JoinTabs, Seat, TabMessage } from './tabs.js';

export interface BoxOptions {
  /** Must not reject. */
  storage: OutboxStorage;
  join: JoinTabs;
  limiter: Limiter;
  /** Sends one message as the user who is signed in. */
  send(roomId: number, pending: PendingMessage, signal: AbortSignal): Promise<Message>;
  /** Another tab has sent it. */
  onSent(message: Message): void;
  dispatch(action: ChatAction): void;
}

/** The unsent messages of one user on one server, wherever in this browser they were written. */
export interface Box {
  add(roomId: number, pending: PendingMessage): void;
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

const waiting = (message: StoredMessage): StoredMessage => ({ ...message, status: 'queued', error: null });

/**
 * One of the tabs sends for all of them. The others store what they have and tell; a tab that takes over goes on with
 * what is stored. A message keeps its `clientId`, so that one sent by two of them is still stored once by the server.
 */
export const createBox = (scope: string, options: BoxOptions): Box => {
  const { storage, dispatch } = options;
  const messages = new Map<string, StoredMessage>();
  /** Changed since the load under way began: newer than what it finds. */
  const touched = new Set<string>();
  /** Sent or discarded: what is said of them now is late. */
  const gone = new Set<string>();
  /** Not stored yet: sent when they are. */
  const unstored = new Set<string>();
  const abandoning = new AbortController();
  let seat: Seat | null = null;
  let turn = 0;
  let leads = false;
  let lastOrder = 0;
  let chain: Promise<unknown> = Promise.resolve();

  const post = (message: TabMessage) => seat?.post(message);
  /** One after the other, so that a load finds what was stored before. */
  const inTurn = (work: () => Promise<unknown>) => {
    chain = chain.then(work);
    return chain;
  };

  const show = (message: StoredMessage) => {
    touched.add(message.clientId);
    messages.set(message.clientId, message);
    if (!unstored.has(message.clientId)) lastOrder = Math.max(lastOrder, message.order);
    dispatch({ type: 'pending.put', roomId: message.roomId, pending: toPending(message) });
  };
  const hide = (roomId: number, clientId: string) => dispatch({ type: 'pending.removed', roomId, clientId });
  const forget = (clientId: string) => {
    gone.add(clientId);
    messages.delete(clientId);
    void inTurn(() => storage.remove(scope, clientId));
  };

  const queue = createSendQueue({
    limiter: options.limiter,
    send: async (roomId, pending) => {
      const message = await options.send(roomId, pending, abandoning.signal);
      forget(pending.clientId);
      post({ type: 'sent', clientId: pending.clientId, message });
    },
    onChange: (roomId, pending) => {
      if (!messages.has(pending.clientId)) return;
      const message = toStored(roomId, pending);
      show(message);
      post({ type: 'put', message });
      if (message.status === 'failed') void inTurn(() => storage.put(scope, message));
    },
    onLimited: (roomId, until) => {
      dispatch({ type: 'limited', roomId, until });
      post({ type: 'limited', roomId, until });
    },
  });

  const enqueue = (message: StoredMessage, again = false) => {
    const pending = toPending(waiting(message));
    if (again) queue.retry(message.roomId, pending);
    else queue.add(message.roomId, pending);
  };

  /** Stores a message of this tab, and then has it sent. */
  const submit = async (written: StoredMessage, again: boolean) => {
    const { clientId } = written;
    unstored.add(clientId);
    show(written);
    await inTurn(async () => {
      unstored.delete(clientId);
      if (!messages.has(clientId)) return;
      // Only now is it known what was written before, whatever the clock says.
      const message = again ? written : { ...written, order: Math.max(written.order, lastOrder + 1) };
      show(message);
      await storage.put(scope, message);
      if (!messages.has(clientId)) return;
      if (leads) enqueue(message, again);
      else post({ type: 'put', message });
    });
  };

  /** `doubted`: messages that may have been sent or discarded while this tab could not be told. */
  const load = (doubted: readonly StoredMessage[]) =>
    inTurn(async () => {
      touched.clear();
      const stored = await storage.load(scope);
      if (abandoning.signal.aborted) return;
      const found = new Set(stored.map(({ clientId }) => clientId));
      for (const { roomId, clientId } of doubted) {
        if (found.has(clientId) || touched.has(clientId) || unstored.has(clientId)) continue;
        messages.delete(clientId);
        hide(roomId, clientId);
      }
      for (const message of stored) {
        const { clientId, error } = message;
        if (!gone.has(clientId) && !touched.has(clientId) && (!messages.has(clientId) || error)) show(message);
      }
    });

  const lead = async (mine: number) => {
    await load([]);
    if (mine !== turn) return;
    leads = true;
    for (const message of [...messages.values()].sort((a, b) => a.order - b.order)) {
      if (unstored.has(message.clientId)) continue;
      post({ type: 'put', message });
      if (message.status !== 'failed') enqueue(message);
    }
  };

  const receive = (news: TabMessage) => {
    if (news.type === 'limited') return dispatch(news);
    if (news.type === 'look') return void (leads && lead(turn));
    if (news.type === 'put') {
      const { message } = news;
      if (gone.has(message.clientId)) return;
      const known = messages.has(message.clientId);
      show(message);
      if (leads && message.status === 'queued') enqueue(message, known);
      return;
    }
    forget(news.clientId);
    if (news.type === 'sent') return options.onSent(news.message);
    queue.discard(news.roomId, news.clientId);
    hide(news.roomId, news.clientId);
  };

  const leave = () => {
    turn += 1;
    leads = false;
    seat?.leave();
    seat = null;
    queue.clear();
    if (abandoning.signal.aborted) return;
    for (const message of messages.values()) if (message.status === 'sending') show(waiting(message));
  };

  return {
    add: (roomId, pending) => void submit(toStored(roomId, pending), false),
    retry: (clientId) => {
      const message = messages.get(clientId);
      if (message) void submit(waiting(message), true);
    },
    discard: (roomId, clientId) => {
      queue.discard(roomId, clientId);
      forget(clientId);
      hide(roomId, clientId);
      post({ type: 'discarded', roomId, clientId });
    },
    wake: queue.wake,
    join: () => {
      if (seat) return;
      const mine = ++turn;
      void load([...messages.values()]).then(() => post({ type: 'look' }));
      seat = options.join(scope, { lead: () => void lead(mine), receive });
    },
    leave,
    abandon: () => {
      abandoning.abort();
      leave();
    },
  };
};
