import { BOUNDS, TIMES } from '@dream-studio/contracts';
import type { Emission, Log, Publisher } from '../core/ports.js';
import type { PresenceRegistry } from './presence-registry.js';

export interface PresenceDeps {
  registry: PresenceRegistry;
  publisher: Publisher;
  log: Log;
  /** Ids of the rooms a user is a member of. */
  roomIds(userId: number): Promise<number[]>;
  /** The user's last socket is gone; another may follow. */
  lastDisconnected(userId: number): void;
  /** Stores that the user was here until now; the time is the database's. */
  markSeen(userId: number): Promise<Date>;
}

/**
 * Tells who comes and goes. A user is online with their first socket; a dropped connection may return within the grace
 * period without anyone being told. Times between a user's coming and the answer of the database are covered: a change of
 * membership meanwhile is applied on top of what was read.
 */
export class PresenceAnnouncer {
  readonly #deps: PresenceDeps;
  /** Users whose rooms are being read, with the changes that came meanwhile. */
  readonly #loading = new Map<number, { done: Promise<void>; changes: Map<number, boolean> }>();
  readonly #announced = new Set<number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** When the last socket of a user, or of a user's view of a room, went. */
  readonly #since = new Map<string, number>();
  readonly #countsDue = new Set<number>();
  #closed = false;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  /** Makes the user known before their socket is let in. Rejects when the database cannot be read. */
  async expect(userId: number): Promise<void> {
    const { registry } = this.#deps;
    if (!registry.isOnline(userId)) await (this.#loading.get(userId) ?? this.#load(userId)).done;
    // Stays for the socket to come; a handshake that ends here must not leave the user online.
    if (registry.socketsOf(userId)?.size === 0) this.#afterGrace(String(userId), () => this.#goOffline(userId));
  }

  /** Who is online of those whose coming and going this user is told, the user first: at most the protocol's bound. */
  onlineFor(userId: number): number[] {
    const { registry } = this.#deps;
    const { users } = registry.companions(registry.roomsOf(userId));
    // Someone in a handshake is not online yet: that is told, or never comes to be.
    const others = [...users].filter((id) => id !== userId && this.#announced.has(id));
    return [userId, ...others.slice(0, BOUNDS.helloOnlineMax - 1)];
  }

  connected(userId: number, socketId: string): void {
    const { registry } = this.#deps;
    // The handshake made the user known; only after a long stall can that be forgotten again.
    if (!registry.isOnline(userId)) {
      registry.add(userId);
      void this.#load(userId).done.catch((err) => this.#deps.log.warn({ err, userId }, 'cannot read rooms'));
    }
    registry.socketsOf(userId)?.add(socketId);
    this.#since.delete(String(userId));
    if (this.#announced.has(userId)) return;
    this.#announced.add(userId);
    const payload = { userId, socketId, timestamp: now() };
    this.#tell(userId, registry.roomsOf(userId), { event: 'user:online', payload });
    void this.#markSeen(userId);
  }

  disconnected(userId: number, socketId: string, rooms: Iterable<number>): void {
    const { registry } = this.#deps;
    for (const roomId of rooms) {
      if (!registry.drop(roomId, userId, socketId)) continue;
      this.#afterGrace(`${userId}:${roomId}`, () => {
        if (registry.isAbandoned(roomId, userId)) this.endView(userId, roomId);
      });
    }
    const sockets = registry.socketsOf(userId);
    sockets?.delete(socketId);
    if (sockets?.size !== 0) return;
    this.#afterGrace(String(userId), () => this.#goOffline(userId));
    this.#deps.lastDisconnected(userId);
  }

  memberAdded(userId: number, roomId: number): void {
    this.#loading.get(userId)?.changes.set(roomId, true);
    this.#deps.registry.addMembership(userId, roomId);
  }

  memberRemoved(userId: number, roomId: number): void {
    this.#loading.get(userId)?.changes.set(roomId, false);
    this.#deps.registry.removeMembership(userId, roomId);
    this.endView(userId, roomId);
  }

  /** Takes a user's view of a room away and tells the room. */
  endView(userId: number, roomId: number): void {
    const { registry, publisher } = this.#deps;
    if (!registry.endView(roomId, userId) || registry.isCrowded(roomId)) return;
    const payload = { userId, roomId, timestamp: now() };
    publisher.publish([{ event: 'member:left', audience: { room: roomId }, payload }]);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #load(userId: number) {
    const { registry } = this.#deps;
    const changes = new Map<number, boolean>();
    const read = async () => {
      try {
        const rooms = await this.#deps.roomIds(userId);
        if (!registry.isOnline(userId)) registry.add(userId);
        for (const roomId of rooms) if (changes.get(roomId) !== false) registry.addMembership(userId, roomId);
        for (const [roomId, isMember] of changes) if (isMember) registry.addMembership(userId, roomId);
      } finally {
        this.#loading.delete(userId);
      }
    };
    const loading = { done: read(), changes };
    this.#loading.set(userId, loading);
    return loading;
  }

  async #goOffline(userId: number): Promise<void> {
    const { registry } = this.#deps;
    if (registry.socketsOf(userId)?.size !== 0) return;
    const rooms = registry.remove(userId);
    if (!this.#announced.delete(userId)) return;
    const lastSeenAt = await this.#markSeen(userId);
    if (registry.isOnline(userId)) return;
    this.#tell(userId, rooms, { event: 'user:offline', payload: { userId, timestamp: now(), lastSeenAt } });
  }

  async #markSeen(userId: number): Promise<string> {
    try {
      return (await this.#deps.markSeen(userId)).toISOString();
    } catch (err) {
      this.#deps.log.warn({ err, userId }, 'cannot store when the user was last seen');
      return now();
    }
  }

  /** To the user's own sockets and those of users who share a room; a crowded room only gets its count. */
  #tell(userId: number, rooms: Iterable<number>, news: Pick<Emission, 'event' | 'payload'>): void {
    const { users, crowded } = this.#deps.registry.companions(rooms);
    users.add(userId);
    this.#deps.publisher.publish([{ ...news, audience: { users: [...users] } }]);
    for (const roomId of crowded) this.#countSoon(roomId);
  }

  #countSoon(roomId: number): void {
    if (this.#countsDue.has(roomId)) return;
    this.#countsDue.add(roomId);
    this.#after(TIMES.roomPresenceMs, () => {
      this.#countsDue.delete(roomId);
      const onlineCount = this.#deps.registry.onlineIn(roomId).size;
      const payload = { roomId, onlineCount };
      this.#deps.publisher.publish([{ event: 'room:presence', audience: { room: roomId }, payload }]);
    });
  }

  /** Runs `then` after the grace period, unless the same thing happened again meanwhile and has a timer of its own. */
  #afterGrace(key: string, then: () => unknown): void {
    const mark = performance.now();
    this.#since.set(key, mark);
    this.#after(TIMES.presenceGraceMs, () => {
      if (this.#since.get(key) !== mark) return;
      this.#since.delete(key);
      return then();
    });
  }

  #after(ms: number, then: () => unknown): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void then();
    }, ms);
    this.#timers.add(timer);
  }
}

const now = () => new Date().toISOString();
