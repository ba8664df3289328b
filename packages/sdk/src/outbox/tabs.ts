import type { Message } from '@dream-studio/contracts';
import type { StoredMessage } from './storage.js';

/** What clients that share a storage tell each other. */
export type TabMessage =
  /** One has come: there may be stored messages that nobody told the one who leads. */
  | { type: 'look' }
  /** It is there, or stands otherwise than before. From one that does not lead: please send it. */
  | { type: 'put'; message: StoredMessage }
  | { type: 'sent'; clientId: string; message: Message }
  | { type: 'discarded'; roomId: number; clientId: string }
  | { type: 'limited'; roomId: number; until: number | null };

export interface Tab {
  /** This one leads now, until it leaves. */
  lead(): void;
  receive(message: TabMessage): void;
}

export interface Seat {
  /** Tells all others. */
  post(message: TabMessage): void;
  /** Another may lead. Nothing is called any more. */
  leave(): void;
}

/** Joins the clients of that name: one of them leads, and when it leaves, or its tab is gone, another one does. */
export type JoinTabs = (name: string, tab: Tab) => Seat;

/** For itself alone: it leads. */
export const joinNobody: JoinTabs = (_, { lead }) => {
  lead();
  return { post: () => {}, leave: () => {} };
};

interface Platform {
  navigator?: {
    locks?: {
      request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<void>;
    };
  };
  BroadcastChannel?: new (name: string) => Channel;
}

interface Channel {
  onmessage: (event: { data: TabMessage }) => void;
  postMessage(message: TabMessage): void;
  close(): void;
}

/** With the other tabs of the browser; where it has no locks (http on another machine than this one), alone. */
export const joinTabs: JoinTabs = (name, tab) => {
  const { navigator, BroadcastChannel } = globalThis as unknown as Platform;
  const locks = navigator?.locks;
  if (!locks || !BroadcastChannel) return joinNobody(name, tab);
  // Tabs of another version may know other messages: give them another name then.
  const channelName = `dream-studio-outbox 1 ${name}`;
  let channel: Channel;
  try {
    channel = new BroadcastChannel(channelName);
  } catch {
    // Not allowed here, such as in a frame of another site.
    return joinNobody(name, tab);
  }
  const leaving = new AbortController();
  let release = () => {};
  const left = new Promise<void>((resolve) => {
    release = resolve;
  });
  channel.onmessage = ({ data }) => tab.receive(data);
  const held = () => {
    if (!leaving.signal.aborted) tab.lead();
    return left;
  };
  // Where locks are there and not allowed, it is as if there were none.
  locks.request(channelName, { signal: leaving.signal }, held).catch(() => leaving.signal.aborted || tab.lead());
  return {
    post: (message) => channel.postMessage(message),
    leave: () => {
      leaving.abort();
      release();
      channel.close();
    },
  };
};
