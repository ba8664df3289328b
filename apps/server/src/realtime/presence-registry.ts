import { BOUNDS } from '@dream-studio/contracts';
import { Elsewhere } from './elsewhere.js';

interface OnlineUser {
  readonly sockets: Set<string>;
  /** Rooms the user is a member of. */
  readonly rooms: Set<number>;
}

const NOBODY: ReadonlySet<number> = new Set();

/**
 * Who is online and who shows which room, on this node, in memory; what is known of other nodes only counts for how many
 * there are. State only: it tells nobody and has no timers. A user counts as online from `add` to `remove`, whatever sockets
 * come and go between.
 */
export class PresenceRegistry {
  readonly #elsewhere: Elsewhere;
  readonly #users = new Map<number, OnlineUser>();
  readonly #onlineByRoom = new Map<number, Set<number>>();
  /** Room, user, and the sockets on which the user shows it; the set is empty while a dropped one may return. */
  readonly #views = new Map<number, Map<number, Set<string>>>();

  constructor(elsewhere = new Elsewhere()) {
    this.#elsewhere = elsewhere;
  }

  isOnline(userId: number): boolean {
    return this.#users.has(userId);
  }

  /** Has a live socket now: not one that may return within the grace period. */
  isConnected(userId: number): boolean {
    return (this.#users.get(userId)?.sockets.size ?? 0) > 0;
  }

  /** On this node. */
  onlineIn(roomId: number): ReadonlySet<number> {
    return this.#onlineByRoom.get(roomId) ?? NOBODY;
  }

  /** Rooms with a member online. */
  roomIds(): Iterable<number> {
    return this.#onlineByRoom.keys();
  }

  /** Too many online, on all nodes, to tell each one's coming and going. */
  isCrowded(roomId: number): boolean {
    return this.#count(roomId, BOUNDS.presenceListMax) > BOUNDS.presenceListMax;
  }

  /** Users online in the room, on all nodes. */
  onlineCount(roomId: number): number {
    return this.#count(roomId, Number.POSITIVE_INFINITY);
  }

  /** No further than to the first number over `limit`. */
  #count(roomId: number, limit: number): number {
    const here = this.onlineIn(roomId);
    let count = here.size;
    for (const userId of this.#elsewhere.onlineIn(roomId).keys()) {
      if (count > limit) break;
      if (!here.has(userId)) count += 1;
    }
    return count;
  }

  /** Users that show the room, with or without a socket now. */
  *views(): Generator<{ roomId: number; userId: number }> {
    for (const [roomId, users] of this.#views) for (const userId of users.keys()) yield { roomId, userId };
  }

  /** A socket shows the room; true when it is the user's first there on this node. */
  enter(roomId: number, userId: number, socketId: string): boolean {
    const room = this.#views.get(roomId) ?? new Map<number, Set<string>>();
    this.#views.set(roomId, room);
    const sockets = room.get(userId);
    if (sockets) {
      sockets.add(socketId);
      return false;
    }
    room.set(userId, new Set([socketId]));
    return true;
  }

  /** A socket stops showing the room; true when it was the user's last there on this node. */
  exit(roomId: number, userId: number, socketId: string): boolean {
    if (!this.drop(roomId, userId, socketId)) return false;
    return this.endView(roomId, userId);
  }

  /** As `exit`, but the view stays until `endView`. True when no socket is left on it. */
  drop(roomId: number, userId: number, socketId: string): boolean {
    const sockets = this.#views.get(roomId)?.get(userId);
    return sockets?.delete(socketId) === true && sockets.size === 0;
  }

  /** Whether the user's view of the room is there without a socket. */
  isAbandoned(roomId: number, userId: number): boolean {
    return this.#views.get(roomId)?.get(userId)?.size === 0;
  }

  shows(roomId: number, userId: number): boolean {
    return this.#views.get(roomId)?.has(userId) ?? false;
  }

  /** Takes the view away; true when there was one. */
  endView(roomId: number, userId: number): boolean {
    const room = this.#views.get(roomId);
    const had = room?.delete(userId) ?? false;
    if (room?.size === 0) this.#views.delete(roomId);
    return had;
  }

  /** Makes a user online, a member of no room yet. */
  add(userId: number): void {
    this.#users.set(userId, { sockets: new Set(), rooms: new Set() });
  }

  /** Makes a user offline. Returns the rooms they are a member of. */
  remove(userId: number): ReadonlySet<number> {
    const user = this.#users.get(userId);
    if (!user) return NOBODY;
    for (const roomId of [...user.rooms]) this.removeMembership(userId, roomId, false);
    this.#users.delete(userId);
    return user.rooms;
  }

  /** Sockets of an online user. */
  socketsOf(userId: number): Set<string> | undefined {
    return this.#users.get(userId)?.sockets;
  }

  roomsOf(userId: number): ReadonlySet<number> {
    return this.#users.get(userId)?.rooms ?? NOBODY;
  }

  addMembership(userId: number, roomId: number): void {
    const user = this.#users.get(userId);
    if (!user) return;
    user.rooms.add(roomId);
    const online = this.#onlineByRoom.get(roomId);
    if (online) online.add(userId);
    else this.#onlineByRoom.set(roomId, new Set([userId]));
  }

  removeMembership(userId: number, roomId: number, forget = true): void {
    if (forget) this.#users.get(userId)?.rooms.delete(roomId);
    const online = this.#onlineByRoom.get(roomId);
    online?.delete(userId);
    if (online?.size === 0) this.#onlineByRoom.delete(roomId);
  }

  /** Online users of this node who share a room with this one, in rooms that are not crowded; and the crowded ones apart. */
  companions(roomIds: Iterable<number>): { users: Set<number>; crowded: number[] } {
    const users = new Set<number>();
    const crowded: number[] = [];
    for (const roomId of roomIds) {
      if (this.isCrowded(roomId)) crowded.push(roomId);
      else for (const other of this.onlineIn(roomId)) users.add(other);
    }
    return { users, crowded };
  }
}
