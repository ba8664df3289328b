import type {
  Call,
  EventName,
  Input,
  Member,
  Message,
  OperationName,
  Output,
  Payload,
  Room,
  User,
} from '@dream-studio/contracts';
import type { OpenSocket } from '../socket.js';
import type { ReceivedCall } from './dispatch.js';
import type { PacketFaults } from './faults.js';
import type { SentEvent } from './hub.js';

/** A user, as a host app would name one in a token. */
export interface UserSeed {
  id: number;
  name: string;
  picture?: string | null;
}

export interface MessageSeed {
  /** Who wrote it: a member of the room. */
  from: number;
  content: string;
  type?: Exclude<Message['type'], 'SYSTEM'>;
  fileUrl?: string | null;
  /** When; now if absent. Give older ones first. */
  at?: Date | string;
}

export interface RoomSeed {
  /** `Room 1` and so on when absent. Of a direct room each sees the other's name. */
  name?: string;
  /** `GROUP` when absent. */
  type?: Room['type'];
  /** User ids; the first owns the room. Ids nobody knows yet become placeholder users (`User 7`). */
  members: readonly number[];
  /** Those of the members who are admins. */
  admins?: readonly number[];
  /** Oldest first. */
  messages?: readonly MessageSeed[];
  /** Those of the members who have read all of them; for the others they are unread. */
  readBy?: readonly number[];
}

export interface TestServerOptions {
  users?: readonly UserSeed[];
  /**
   * `real` (when absent): the platform's time and timers, so that fake timers of a test runner move it too.
   * `manual`: stands still until `server.clock.advance`.
   */
  clock?: 'real' | 'manual';
  /** The time in milliseconds since the epoch; of a manual clock it is asked once, for the start. */
  now?: () => number;
  /** Multiplies the points of every limit, as the server's `RATE_LIMIT_FACTOR` does; 1 when absent. */
  limitFactor?: number;
}

/** What `createChatClient` needs to talk to the double. */
export interface TestClientOptions {
  url: string;
  getToken: () => string;
  fetch: typeof fetch;
  openSocket: OpenSocket;
  /** A double is gone with its page: what was not sent to it is nothing for the next one. */
  outbox: 'memory';
}

/** Troubles, planned (`drop`, `delay`, `duplicate`, `limit`, `fail`) and at once. */
export interface Faults extends PacketFaults {
  /** Ends the user's tokens: HTTP refuses them, live sockets get `auth:expired` and are cut 60 s later. */
  expireToken(userId: number): void;
  /** Cuts the user's sockets. `transport close`, as a lost network, when no reason is given. */
  disconnect(userId: number, reason?: string): void;
  /** Tells all clients that their server ends (`server:draining`): each moves, to this one again. */
  drain(reconnectAfterMs?: number): void;
  /**
   * The room's log does not continue what clients have seen, as after a restored backup: who asks for what was missed is
   * told to load the room anew.
   */
  loseLog(roomId: number): void;
  /** Cuts everything; nothing connects and `fetch` rejects until `comeUp`. What is stored stays. */
  goDown(): void;
  comeUp(): void;
}

/** What is stored, to look at. Copies: nothing changes by changing them. */
export interface StateView {
  readonly users: readonly User[];
  readonly roomIds: readonly number[];
  readonly onlineUserIds: readonly number[];
  /** A room as one of its members sees it. Throws when there is no such room or member. */
  room(roomId: number, userId: number): Room;
  /** By user id. */
  members(roomId: number): readonly Member[];
  /** Oldest first, deleted ones as tombstones. */
  messages(roomId: number): readonly Message[];
  calls(roomId: number): readonly Call[];
  typingUserIds(roomId: number): readonly number[];
}

/** A chat server in memory, on the real one's contract: same inputs, answers, errors, limits and events. */
export interface TestServer {
  /** Options for a client of this user, who is added or renamed if need be. Connecting is up to the client. */
  connectAs(user: UserSeed | number): TestClientOptions;
  /** Adds a user, or renames one. */
  addUser(user: UserSeed): User;
  /** Adds a room as it might have come about. Returns it as its owner sees it. */
  addRoom(room: RoomSeed): Room;
  /**
   * Makes any call as any user; events go out as for a client's own. Throws the `ChatError` a client would get. Spends
   * no limit and meets no fault. Operations that need a socket come from the user's first; who has none gets a silent
   * one, as by `setOnline`.
   */
  call<K extends OperationName>(userId: number, operation: K, input: Input<K>): Output<K>;
  /** Makes a user online without a client, or takes that back (offline after the grace period of 5 s). */
  setOnline(userId: number, online: boolean): void;
  /** Sends any event to users' sockets, whatever the server would do. Throws for a payload the contract does not know. */
  emit<E extends EventName>(userIds: number | readonly number[], event: E, payload: Payload<E>): void;
  /** Events sent so far, in order, those that faults swallowed as well. */
  readonly sent: readonly SentEvent[];
  /** Calls received so far with their replies, those of `server.call` as well. */
  readonly received: readonly ReceivedCall[];
  readonly state: StateView;
  readonly faults: Faults;
  readonly clock: {
    now(): number;
    /** Moves a manual clock on: what falls due runs in its order, packets arrive in between. */
    advance(ms: number): Promise<void>;
  };
  /** Resolves when every packet sent so far, and all that these led to, has arrived. */
  settled(): Promise<void>;
  /** Disconnects everyone and ends all timers. */
  close(): void;
  [Symbol.dispose](): void;
}
