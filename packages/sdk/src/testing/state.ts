import {
  BOUNDS,
  type Call,
  type LogEntry,
  type Member,
  type Message,
  type Role,
  type Room,
  type User,
} from '@dream-studio/contracts';

/** What the double remembers: the rows a database would have. */
export interface State {
  readonly users: Map<number, UserRow>;
  readonly rooms: Map<number, RoomRow>;
  readonly messages: Map<number, MessageRow>;
  readonly calls: Map<number, Call>;
  /** User ids of development logins, by the name's key. */
  readonly logins: Map<string, number>;
  /** The next number of a kind: 1, 2, 3 … */
  nextId(kind: 'room' | 'message' | 'call' | 'socket' | 'token'): number;
}

export interface UserRow extends User {
  lastSeenAt: string | null;
}

export interface MemberRow {
  userId: number;
  role: Role;
  joinedAt: string;
  lastReadSeq: number;
}

export interface MessageRow extends Omit<Message, 'sender'> {
  /** Where the log tells of its deletion; null while it is not deleted. */
  deletedSeq: number | null;
}

export interface RoomRow
  extends Pick<Room, 'id' | 'name' | 'type' | 'createdBy' | 'createdAt' | 'archivedAt' | 'seq' | 'epoch'> {
  /** Milliseconds since the epoch of the last message, or of the creation. */
  activityAt: number;
  readonly members: Map<number, MemberRow>;
  /** By `seq`. */
  readonly messages: MessageRow[];
  /** By `seq`: the entries of the log that are no messages. */
  readonly log: LogEntry[];
}

export function createState(): State {
  const last = new Map<string, number>();
  return {
    users: new Map(),
    rooms: new Map(),
    messages: new Map(),
    calls: new Map(),
    logins: new Map(),
    nextId(kind) {
      const id = (last.get(kind) ?? 0) + 1;
      last.set(kind, id);
      return id;
    },
  };
}

/** The user's row; a placeholder's is made for an id nobody knows yet. */
export function userRow({ users }: State, userId: number): UserRow {
  const row = users.get(userId) ?? { id: userId, name: `User ${userId}`, picture: null, lastSeenAt: null };
  users.set(userId, row);
  return row;
}

/** Writes the next entry of a room's log; returns its payload. */
export function appendEntry(room: RoomRow, event: LogEntry['event'], fields: object): { seq: number } {
  room.seq += 1;
  const payload = { roomId: room.id, seq: room.seq, ...fields };
  room.log.push({ seq: room.seq, event, payload } as LogEntry);
  return payload;
}

/** A row the caller knows to be there. */
export function existing<T>(rows: ReadonlyMap<number, T>, id: number): T {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

export const toUser = ({ id, name, picture }: UserRow): User => ({ id, name, picture });

export function toMessage(state: State, { deletedSeq: _, ...message }: MessageRow): Message {
  return { ...message, sender: toUser(userRow(state, message.senderId)) };
}

export const toMember = (state: State, roomId: number, { userId, role, joinedAt }: MemberRow): Member => ({
  userId,
  roomId,
  role,
  joinedAt,
  user: toUser(userRow(state, userId)),
});

export const toCall = (call: Call): Call => structuredClone(call);

/** A room as a member sees it. */
export function toRoom(state: State, room: RoomRow, viewer: MemberRow): Room {
  const { members, messages, log: _log, activityAt: _at, ...fields } = room;
  const last = messages.at(-1);
  const peer = room.type === 'DIRECT' ? [...members.keys()].find((id) => id !== viewer.userId) : undefined;
  const peerUser = peer === undefined ? null : toUser(userRow(state, peer));
  return {
    ...fields,
    name: peerUser?.name ?? room.name,
    memberCount: members.size,
    myRole: viewer.role,
    lastMessage: last ? toMessage(state, last) : null,
    unread: unreadOf(room, viewer),
    readSeq: viewer.lastReadSeq,
    peer: peerUser,
  };
}

/** Messages of others after the member's read pointer, without the deleted, as far as a server counts. */
export function unreadOf({ messages }: RoomRow, { userId, lastReadSeq }: MemberRow): number {
  let count = 0;
  for (let i = messages.length - 1; i >= 0 && count < BOUNDS.unreadMax; i--) {
    const message = messages[i] as MessageRow;
    if (message.seq <= lastReadSeq) break;
    if (message.senderId !== userId && message.deletedAt === null) count += 1;
  }
  return count;
}
