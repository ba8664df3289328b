import type { Call, Input, Member, Message, Room, User } from '@dream-studio/contracts';
import type { ChatError } from '../errors.js';
import type { Readable } from '../store/readable.js';

/**
 * Where a message stands.
 *
 * - `queued`: waits for its turn, the connection, or the limit on sends.
 * - `sending`: on its way.
 * - `sent`: stored by the server.
 * - `failed`: refused for good; `error` says why. `retry` or `discard` it.
 */
export type SendStatus = 'queued' | 'sending' | 'sent' | 'failed';

/** A line of the conversation: a message of the server, or one of one's own on its way there. */
export interface TimelineMessage extends Omit<Message, 'id' | 'seq' | 'clientId'> {
  /** The same before and after sending, and unique in the room: a key for lists. */
  key: string;
  /** null until it is sent. */
  id: number | null;
  /** null until it is sent. */
  seq: number | null;
  clientId: string | null;
  status: SendStatus;
  /** Why it failed, or why the last try did while it waits for the next. */
  error: ChatError | null;
}

export type LoadStatus = 'idle' | 'loading' | 'ready' | 'failed';

/** What is known of one room. The same object until something in it changes. */
export interface RoomSnapshot {
  /** Of the history: `ready` once the newest page is there. */
  status: LoadStatus;
  /** Why the history could not be loaded; `NOT_A_MEMBER` for a room that is not the user's (any more). */
  error: ChatError | null;
  /** null until loaded, and once the room is not the user's any more. */
  room: Room | null;
  /** Oldest first; one's own on their way last. Unchanged messages keep their reference. */
  messages: readonly TimelineMessage[];
  /** Whether there is history before the first of `messages`. */
  hasOlder: boolean;
  loadingOlder: boolean;
  /** By user id; null until loaded. Of rooms with more than 1,000 members the first 1,000. */
  members: readonly Member[] | null;
  /** Others typing right now. */
  typingUserIds: readonly number[];
  /** How many members are online, as the server last said: exact counts of small rooms come from `presence`. */
  onlineCount: number;
  activeCall: Call | null;
  /** Milliseconds since the epoch until which sends wait for the limit; null when they do not. */
  limitedUntil: number | null;
}

/** What to send: text, or text and file. */
export type Outgoing = Pick<Input<'message.create'>, 'content' | 'type' | 'fileUrl'>;

/**
 * One room, live. While it is open its history, members, typing and presence are kept current, over lost connections
 * too.
 */
export interface LiveRoom extends Readable<RoomSnapshot> {
  readonly id: number;
  /** Enters the room and loads it. Returns what ends that; the room stays open until the last `open` has ended. */
  open(): () => void;
  /** Loads the newest page again, after a failure. Never rejects: the outcome is in the snapshot. */
  reload(): Promise<void>;
  /** Loads a page of older messages, if there is one and none is under way. Rejects with a `ChatError`. */
  loadOlder(): Promise<void>;
  /** Shows a message at once and sends it when its turn comes; returns its `clientId`. */
  send(message: string | Outgoing): string;
  /** Sends a failed message again, or one that waits for its next try at once. */
  retry(clientId: string): void;
  /** Forgets a message that is not sent yet. One that is on its way may arrive all the same. */
  discard(clientId: string): void;
  /** Rejects with a `ChatError`. */
  edit(messageId: number, content: string): Promise<void>;
  /** Rejects with a `ChatError`. */
  delete(messageId: number): Promise<void>;
  /**
   * Everything up to `seq` (the newest loaded message when absent) has been seen. The server is told at once, then at most
   * once a second.
   */
  markRead(seq?: number): void;
  /** The user is typing: call it on each keystroke; the server is told at most every 3 s, and when it ends. */
  typing(): void;
  stopTyping(): void;
}

export interface RoomListSnapshot {
  status: LoadStatus;
  error: ChatError | null;
  /** Last activity first. */
  rooms: readonly Room[];
  /** Whether there are rooms that are not loaded. */
  hasMore: boolean;
  /** Of all loaded rooms, each as far as it is counted (`BOUNDS.unreadMax`). */
  unread: number;
}

/** The user's rooms, live once loaded: new ones, names, last messages, unread counts. */
export interface RoomList extends Readable<RoomListSnapshot> {
  /** Loads the list, and again what is loaded. Never rejects: the outcome is in the snapshot. */
  load(): Promise<void>;
  /** Loads the next page, if there is one. Rejects with a `ChatError`. */
  loadMore(): Promise<void>;
}

/** Who is online among the people the user shares rooms with. */
export interface PresenceSnapshot {
  onlineUserIds: ReadonlySet<number>;
  /** ISO times, of those who went offline since or were asked about; null for someone never seen. */
  lastSeenAt: Readonly<Record<number, string | null>>;
}

export interface Presence extends Readable<PresenceSnapshot> {
  /** Asks the server about members of a room, for `lastSeenAt`. Never rejects. */
  ask(roomId: number, userIds: readonly number[]): Promise<void>;
}

/** The user as the token in hand describes them. */
export type Me = User;
